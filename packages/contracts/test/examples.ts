import type { BasicSignal, FullSignal, LatestSignals, ReadinessReason, Run, ScanSummary } from '../src/index.ts';

export const AT = '2026-02-27T12:00:00.000Z';
export const DAY = '2026-02-27';
export const count = { reason: 'thin', title: 'Trades too little', count: 3 };
export const summary: LatestSignals['run'] = {
  symbolsRead: 3,
  quarantinedRows: 1,
  quarantined: [count],
  universe: 2,
  rejected: [count],
  buy: 1,
  sell: 1,
  hold: 0,
  held: [count],
  signalsHash: 'h',
};
const common = {
  id: 'a',
  exchange: 'NSE' as const,
  currency: 'INR' as const,
  rank: 1,
  symbol: 'TCS',
  name: 'Tata',
  sector: null,
  sessionDate: DAY,
  publishedAt: AT,
  status: 'ACTIVE' as const,
};
export const basicPlan = { entryLowMinor: 9_900, entryHighMinor: 10_050, stopMinor: 9_730, firstTargetMinor: 10_450 };
export const fullPlan = {
  ...basicPlan,
  stopBasis: 'structure' as const,
  targetsMinor: [10_450, 11_200],
  targetBasis: 'liquidity' as const,
  rewardRiskRatio: 1.25,
  validUntil: '2026-03-06',
};
const reason = { code: 'c', title: 'stands on a fresh bullish order block' };
export const readinessReasons: readonly ReadinessReason[] = [
  { code: 'no_intraday', bars: 'stale' },
  { code: 'hourly_trend', trend: 'not_up' },
  { code: 'four_hour_trend', trend: 'too_few_bars' },
  { code: 'micro_confirmation', confirmed: false },
  { code: 'above_entry' },
  { code: 'expired', validUntil: DAY },
  { code: 'measure', flag: 'asm', detail: 'Stage II' },
  { code: 'results', on: DAY },
  { code: 'sentence', of: 'spread_wide', text: 'waits because the last hour was unusually wide' },
];
export const readiness = { state: 'WAIT' as const, reasons: [...readinessReasons], asOf: AT };
export const vote = { model: 'TFT', version: 'v', vote: 'UP' as const, upProb: null, returnFrac: 0.02 };
export const basicBuy: BasicSignal = {
  access: 'basic',
  ...common,
  badges: [],
  warnings: [],
  side: 'BUY',
  plan: basicPlan,
};
export const basicSell: BasicSignal = { ...basicBuy, side: 'SELL', plan: null };
export const fullBuy: FullSignal = {
  access: 'full',
  ...common,
  badges: ['STUB'],
  warnings: [{ code: 'fno_ban', title: 'in the F&O ban; the share itself trades on' }],
  side: 'BUY',
  plan: fullPlan,
  confidence: 0.61,
  votes: [vote],
  failProb: 0.4,
  vetoDecision: 'pass',
  smcFlags: [reason],
  reasons: [reason],
  readiness,
  lastCloseMinor: 10_000,
  sparkMinor: [9_900, 10_000],
};
export const fullSell: FullSignal = { ...fullBuy, side: 'SELL', plan: null, readiness: null };
export const run: Run = {
  id: 'r',
  kind: 'daily',
  exchange: 'NSE',
  sessionDate: DAY,
  status: 'succeeded',
  revision: 1,
  snapshotId: 's',
  triggeredBy: 'test',
  startedAt: AT,
  finishedAt: null,
  error: null,
  steps: [
    {
      name: 'ingest',
      title: 'Reads',
      status: 'done',
      startedAt: AT,
      milliseconds: 1.5,
      progress: { done: 1, total: 2 },
      figures: { rows: 3, best: 'TCS' },
      error: null,
    },
  ],
  summary,
};
export const scan: ScanSummary = {
  id: 'nr7',
  kind: 'scan',
  family: 'consolidation',
  title: 'NR7',
  meaning: 'The narrowest of seven',
  matches: 2,
  scans: [],
};
