import type { BasicSignal, FullSignal } from '@aion/contracts';

/** Signals for tests; each field can be replaced. */
export function basicSignal(change: Partial<BasicSignal> = {}): BasicSignal {
  return {
    access: 'basic',
    id: 's1',
    exchange: 'NSE',
    currency: 'INR',
    rank: 1,
    symbol: 'ABC',
    name: 'Abc Ltd',
    sector: 'IT',
    side: 'BUY',
    sessionDate: '2026-02-27',
    publishedAt: '2026-02-27T10:42:00Z',
    status: 'ACTIVE',
    badges: [],
    warnings: [],
    plan: { entryLowMinor: 9_900, entryHighMinor: 10_100, stopMinor: 9_500, firstTargetMinor: 11_000 },
    ...change,
  };
}

export function fullSignal(change: Partial<FullSignal> = {}): FullSignal {
  return {
    ...basicSignal(),
    access: 'full',
    plan: {
      entryLowMinor: 9_900,
      entryHighMinor: 10_100,
      stopMinor: 9_500,
      firstTargetMinor: 11_000,
      stopBasis: 'structure',
      targetsMinor: [11_000],
      targetBasis: 'liquidity',
      rewardRiskRatio: 2,
      validUntil: '2026-03-04',
    },
    confidence: 0.7,
    votes: [
      { model: 'A', version: '1', vote: 'UP', upProb: 0.6, returnFrac: null },
      { model: 'B', version: '1', vote: 'NEUTRAL', upProb: 0.5, returnFrac: null },
    ],
    failProb: 0.2,
    vetoDecision: 'pass',
    smcFlags: [],
    reasons: [],
    readiness: {
      state: 'WAIT',
      reasons: [{ code: 'sentence', of: 'trend', text: 'waits because the hourly trend is down' }],
      asOf: '2026-02-27T09:30:00Z',
    },
    lastCloseMinor: 10_000,
    sparkMinor: [9_900, 10_000],
    ...change,
  };
}
