import type { PublishedSignal, Signal } from '../src/signal.ts';

/** A published BUY for tests; `over` replaces fields of the signal. */
export function publishedSignal(over: Partial<Signal> = {}): PublishedSignal {
  const signal: Signal = {
    id: 'sig-1',
    exchange: 'NSE',
    currency: 'INR',
    symbol: 'ALPHA',
    isin: null,
    name: 'Alpha Ltd',
    sector: 'Energy',
    sessionDate: '2026-02-27',
    snapshotId: 'snap',
    rank: 1,
    side: 'BUY',
    confidence: 0.64,
    plan: {
      entryLowMinor: 9_900,
      entryHighMinor: 10_050,
      stopMinor: 9_500,
      stopBasis: 'structure',
      targetsMinor: [10_700, 11_200],
      targetBasis: 'liquidity',
      rewardRiskRatio: 1.18,
      validUntil: '2026-03-06',
    },
    votes: [{ model: 'StockFormer', version: 'v', vote: 'UP', upProb: 0.64, returnFrac: 0.02 }],
    failProb: 0.3,
    vetoDecision: 'boost',
    smcFlags: [{ code: 'bos', title: 'canary-smc' }],
    reasons: [{ code: 'r', title: 'canary-reason' }],
    whatWouldChange: ['canary-change'],
    band: { lowMinor: 9_000, medianMinor: 10_200, highMinor: 11_400 },
    context: [{ name: 'tf_day', value: 1, title: 'Daily', absent: null }],
    lastCloseMinor: 10_000,
    sparkMinor: [9_800, 9_900, 10_000],
    standing: 'stub',
    simulated: true,
    ...over,
  };
  return { signal, status: 'ACTIVE', publishedAtMs: 1_772_000_000_000, runId: 'run-1', revision: 1, superseded: false };
}
