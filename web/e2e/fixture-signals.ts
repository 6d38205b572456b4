import type { BasicSignal, FullSignal, LatestSignals, SignalDetail, Tier } from '@aion/contracts';
import { fullDetail, fullSignal, SESSION, SIGNAL_COUNT } from './fixture-market.ts';
import { REGIME, SUMMARY } from './fixture-runs.ts';

/** The made-up list of signals as each tier gets it. */
export const signals = (): FullSignal[] => Array.from({ length: SIGNAL_COUNT }, (_, index) => fullSignal(index));

function basicOf(signal: FullSignal): BasicSignal {
  const {
    id,
    exchange,
    currency,
    rank,
    symbol,
    name,
    sector,
    side,
    sessionDate,
    publishedAt,
    status,
    badges,
    warnings,
    plan,
  } = signal;
  return {
    access: 'basic',
    ...{ id, exchange, currency, rank, symbol, name, sector, side, sessionDate, publishedAt, status, badges, warnings },
    plan:
      plan === null
        ? null
        : {
            entryLowMinor: plan.entryLowMinor,
            entryHighMinor: plan.entryHighMinor,
            stopMinor: plan.stopMinor,
            firstTargetMinor: plan.firstTargetMinor,
          },
  };
}

export function latest(tier: Tier, empty: boolean): LatestSignals {
  const all = empty ? [] : signals();
  const basic = tier === 'basic';
  return {
    exchange: 'NSE',
    sessionDate: SESSION,
    revision: 1,
    runId: 'run-2',
    snapshotId: 'snap-2026-02-27-r1',
    publishedAt: '2026-02-27T10:42:00Z',
    tier,
    badges: ['SIMULATED', 'STUB'],
    regime: REGIME,
    run: SUMMARY,
    total: all.length,
    gated: basic
      ? {
          hiddenSignals: Math.max(0, all.length - 5),
          hiddenFields: ['confidence', 'votes', 'readiness', 'targetsMinor', 'rewardRiskRatio', 'reasons'],
          unlockTier: 'pro',
        }
      : null,
    readinessAsOf: basic ? null : '2026-02-27T09:30:00Z',
    signals: basic ? all.slice(0, 5).map(basicOf) : all,
    nextCursor: null,
  };
}

export function basicDetail(index: number): SignalDetail {
  const { signal, charts, disclaimer } = fullDetail(index);
  const daily = charts.D;
  return {
    signal: basicOf(signal as FullSignal),
    charts: daily === undefined ? {} : { D: { bars: daily.bars, marks: [] } },
    missingTimeframes: [],
    why: null,
    history: [],
    gated: {
      hiddenFields: ['why', 'votes', 'confidence', 'band', 'marks', 'targetsMinor', 'history'],
      unlockTier: 'pro',
    },
    disclaimer,
  };
}

export function csv(): string {
  const rows = signals().map((signal) => `${signal.sessionDate},${signal.symbol},${signal.side},"${signal.name}"`);
  return ['# Not investment advice. Times are IST.', 'session_date,symbol,side,name', ...rows, ''].join('\r\n');
}
