import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  AT,
  basicBuy,
  basicPlan,
  basicSell,
  count,
  DAY,
  fullBuy,
  fullPlan,
  fullSell,
  readiness,
  readinessReasons,
  summary,
  vote,
} from '../test/examples.ts';
import { strictContracts, withUnknownField } from '../test/strictness.ts';
import * as signals from './signals.ts';

const { BasicSignal, ChartMark, FullSignal, LatestSignals, Signal } = signals;
const index = { name: 'NIFTY 50', close: 1, changeFrac: 0.01 };
const regime = {
  trend: 'up',
  volatility: 'calm',
  riskOn: true,
  breadthFrac: 0.5,
  advancers: 1,
  decliners: 1,
  index,
  volatilityIndex: index,
};
const latest = {
  exchange: 'NSE',
  sessionDate: DAY,
  revision: 1,
  runId: 'r',
  snapshotId: 's',
  publishedAt: AT,
  tier: 'elite',
  badges: ['SIMULATED'],
  regime,
  run: summary,
  total: 4,
  gated: { hiddenSignals: 1, hiddenFields: ['confidence'], unlockTier: 'pro' },
  readinessAsOf: AT,
  signals: [basicBuy, basicSell, fullBuy, fullSell],
  nextCursor: null,
};
const bar = { time: DAY, open: 1, high: 2, low: 1, close: 2, volumeShares: 3 };
const known = { knownAt: DAY, price: 1 };
const marks = [
  {
    kind: 'zone',
    concept: 'order_block',
    side: 'bull',
    from: DAY,
    to: null,
    knownAt: DAY,
    low: 1,
    high: 2,
    state: 'fresh',
    states: [{ state: 'fresh', at: DAY }],
  },
  { kind: 'break', concept: 'BOS', side: 'bear', from: 1, to: 2, ...known },
  { kind: 'sweep', side: 'bull', at: DAY, ...known },
  { kind: 'pivot', side: 'high', at: DAY, ...known },
  { kind: 'level', side: 'low', at: DAY, ...known },
  { kind: 'range', from: DAY, knownAt: DAY, low: 1, high: 2 },
];
const detail = {
  signal: fullBuy,
  charts: { D: { bars: [bar], marks } },
  missingTimeframes: [{ timeframe: '1H', reason: 'no hourly bars' }],
  why: {
    summary: 's',
    whatWouldChange: ['w'],
    now: [{ type: 'price_breakout', title: 'n', at: AT, score: 0.5 }],
    band: { horizonSessions: 10, lowMinor: 1, medianMinor: 2, highMinor: 3 },
    context: [{ name: 'tf_day', value: null, title: 't' }],
  },
  history: [{ at: AT, state: 'ACTIVE', title: 't' }],
  gated: { hiddenFields: ['why'], unlockTier: 'pro' },
  disclaimer: 'd',
};

describe('the contracts of signals', () => {
  strictContracts(signals, {
    BasicPlan: { value: basicPlan },
    FullPlan: { value: fullPlan },
    Reason: { value: { code: 'c', title: 't' } },
    ReadinessReason: readinessReasons.map((value) => ({ value })),
    Readiness: { value: readiness },
    ModelVote: { value: vote },
    BasicSignal: [{ value: basicBuy }, { value: basicSell }],
    FullSignal: [{ value: fullBuy }, { value: fullSell }],
    Signal: [basicBuy, basicSell, fullBuy, fullSell].map((value) => ({ value })),
    MarketRegime: { value: regime },
    RunSummary: { value: summary },
    LatestSignals: { value: latest },
    ChartBar: [{ value: bar }, { value: { ...bar, time: 1_772_000_000 } }],
    ChartMark: marks.map((value) => ({ value })),
    SignalDetail: [{ value: detail }, { value: { ...detail, signal: basicSell, why: null, gated: null } }],
  });

  it('show to basic nothing of what pro pays for: no field of the full signal or plan passes, BUY or SELL', () => {
    let refused = 0;
    for (const basic of [basicBuy, basicSell]) {
      for (const [name, value] of Object.entries(fullBuy)) {
        if (name in basic) continue;
        refused++;
        expect(BasicSignal.safeParse({ ...basic, [name]: value }).success, name).toBe(false);
        expect(Signal.safeParse({ ...basic, [name]: value }).success, name).toBe(false);
      }
      expect(BasicSignal.safeParse({ ...basic, plan: fullPlan }).success).toBe(false);
    }
    expect(refused).toBeGreaterThan(15);
    expect(FullSignal.safeParse({ ...fullBuy, plan: basicPlan }).success).toBe(false);
  });

  it('take prices in whole minor units, ranks from 1, and the two sides alone', () => {
    const wrong = [
      { ...fullBuy, plan: { ...fullPlan, stopMinor: 97.3 } },
      { ...fullBuy, plan: { ...fullPlan, targetsMinor: [104.5] } },
      { ...fullBuy, lastCloseMinor: 0.5 },
      { ...fullBuy, rank: 0 },
      { ...fullBuy, rank: 1.5 },
      { ...fullSell, side: 'HOLD' },
      { ...fullSell, side: 'sell' },
      { ...fullSell, access: 'pro' },
      { ...fullSell, currency: 'EUR' },
      { ...fullSell, sessionDate: '2026-02-30' },
      { ...fullSell, publishedAt: '2026-02-27' },
      { ...fullSell, publishedAt: '2026-02-27T12:00:00+05:30' },
      { ...fullSell, confidence: Number.NaN },
      { ...fullSell, plan: undefined },
    ];
    for (const value of wrong) expect(Signal.safeParse(value).success, JSON.stringify(value)).toBe(false);
  });

  it('have a cursor or none, and no empty place for one', () => {
    expect(LatestSignals.safeParse({ ...latest, nextCursor: 'a' }).success).toBe(true);
    const { nextCursor: _, ...without } = latest;
    expect(LatestSignals.safeParse(without).success).toBe(false);
  });

  it('read a zone that was stored without its history', () => {
    const { states: _, ...zone } = marks[0]!;
    expect(ChartMark.parse(zone)).toMatchObject({ states: [] });
    expect(ChartMark.safeParse({ ...marks[1]!, kind: 'zone' }).success).toBe(false);
  });
});

describe('the check of these contracts', () => {
  it('finds every place of a value', () => {
    expect([...withUnknownField({ a: [{ b: null }], c: count, d: 1 })].map(({ where }) => where)).toEqual([
      '',
      '.a[0]',
      '.c',
    ]);
  });

  it('tells a schema that lets a field through, however deep', () => {
    const lax = z.strictObject({ a: z.array(z.object({ b: z.int() })) });
    const through = [...withUnknownField({ a: [{ b: 1 }] })].filter(({ value }) => lax.safeParse(value).success);
    expect(through.map(({ where }) => where)).toEqual(['.a[0]']);
  });
});
