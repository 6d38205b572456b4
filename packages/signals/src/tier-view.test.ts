import { LatestSignals, SignalDetail } from '@aion/contracts';
import { describe, expect, it } from 'vitest';
import { publishedSignal } from '../test/fixture-signal.ts';
import type { MarketRegime } from './market-regime.ts';
import { BASIC_SIGNALS, maySee, shapeDetail, shapeLatest, withReadiness, type PublishedRun } from './tier-view.ts';

const regime: MarketRegime = {
  trend: 'up',
  volatility: 'calm',
  riskOn: true,
  breadthFrac: 0.7,
  advancers: 5,
  decliners: 2,
  index: null,
  volatilityIndex: null,
};
const signals = Array.from({ length: 8 }, (_, i) =>
  publishedSignal({
    id: `sig-${i + 1}`,
    rank: i + 1,
    symbol: `SYM${i + 1}`,
    // BUY and SELL by turns: a SELL has no plan.
    ...(i % 2 === 0 ? {} : { side: 'SELL' as const, plan: null }),
  }),
);
const run: PublishedRun = {
  exchange: 'NSE',
  sessionDate: '2026-02-27',
  revision: 1,
  runId: 'r',
  snapshotId: 's',
  publishedAtMs: 1_772_000_000_000,
  regime,
  summary: {
    symbolsRead: 10,
    quarantinedRows: 0,
    quarantined: [],
    universe: 9,
    rejected: [],
    buy: 4,
    sell: 4,
    hold: 1,
    held: [],
    signalsHash: 'h',
  },
  signals,
  badges: ['SIMULATED', 'STUB'],
};
const charts = {
  charts: {
    D: {
      bars: [],
      marks: [{ kind: 'sweep', side: 'bull', at: '2026-02-20', knownAt: '2026-02-20', price: 1 } as const],
    },
    W: { bars: [], marks: [] },
  },
  missingTimeframes: [],
};
const ready = {
  state: 'READY_TO_ENTER',
  reasons: [{ code: 'sentence', of: 'x', text: 'canary-ready' }],
  asOfMs: 1_772_000_100_000,
} as const;

describe('tier shaping', () => {
  it('basic gets the top five with direction, entry, stop and first target, and not one field more', () => {
    const basic = shapeLatest(run, 'basic');
    expect(LatestSignals.parse(basic).signals).toHaveLength(BASIC_SIGNALS);
    expect(Object.keys(basic.signals[0]!.plan ?? {}).sort()).toEqual([
      'entryHighMinor',
      'entryLowMinor',
      'firstTargetMinor',
      'stopMinor',
    ]);
    const text = JSON.stringify(basic);
    for (const secret of ['canary', 'SYM6', 'sig-6', 'sparkMinor', '0.64', '11200']) expect(text).not.toContain(secret);
    expect(basic.gated).toMatchObject({ hiddenSignals: 3, unlockTier: 'pro' });
  });

  it('a SELL has its side and no plan in every tier, a BUY both, and each keeps its own rank', () => {
    for (const tier of ['basic', 'pro', 'elite'] as const) {
      const shaped = LatestSignals.parse(shapeLatest(run, tier)).signals;
      expect(shaped.map(({ rank, side, plan }) => [rank, side, plan === null])).toEqual(
        signals
          .slice(0, shaped.length)
          .map(({ signal }) => [signal.rank, signal.rank % 2 === 0 ? 'SELL' : 'BUY', signal.rank % 2 === 0]),
      );
      for (const side of ['BUY', 'SELL']) expect(shaped.filter((each) => each.side === side).length).toBeGreaterThan(1);
    }
  });

  it('pro and elite get every signal with every field', () => {
    for (const tier of ['pro', 'elite'] as const) {
      const full = LatestSignals.parse(shapeLatest(run, tier));
      expect(full.signals).toHaveLength(8);
      expect(JSON.stringify(full)).toContain('canary-reason');
      expect(full.gated).toBeNull();
    }
  });

  it('the guard bites: a basic list with one full signal in it fails the canary check', () => {
    const leaking = { ...shapeLatest(run, 'basic'), signals: shapeLatest(run, 'pro').signals.slice(0, 1) };
    expect(JSON.stringify(leaking)).toContain('canary');
  });

  it('readiness never reaches basic', () => {
    const overlay = new Map([['sig-1', ready]]);
    expect(JSON.stringify(withReadiness(shapeLatest(run, 'basic'), overlay, ready.asOfMs))).not.toContain(
      'canary-ready',
    );
    expect(JSON.stringify(withReadiness(shapeLatest(run, 'pro'), overlay, ready.asOfMs))).toContain('canary-ready');
  });

  it('a list that no refinement has seen has no readiness time', () => {
    const overlay = new Map([['of-another-run', ready]]);
    expect(withReadiness(shapeLatest(run, 'pro'), overlay, ready.asOfMs).readinessAsOf).toBeNull();
    const own = new Map([['sig-1', ready]]);
    expect(withReadiness(shapeLatest(run, 'pro'), own, ready.asOfMs).readinessAsOf).not.toBeNull();
  });

  it('a basic detail has plain daily bars only; beyond the top five there is nothing to see', () => {
    const basic = SignalDetail.parse(shapeDetail(signals[0]!, 'basic', charts, [ready]));
    expect(Object.keys(basic.charts)).toEqual(['D']);
    expect(basic.charts.D?.marks).toEqual([]);
    expect(basic.why).toBeNull();
    expect(JSON.stringify(basic)).not.toContain('canary');
    const sell = SignalDetail.parse(shapeDetail(signals[1]!, 'basic', charts, [ready]));
    expect(sell.signal).toMatchObject({ side: 'SELL', plan: null });
    expect(JSON.stringify(sell)).not.toContain('canary');
    expect(maySee(signals[5]!, 'basic')).toBe(false);
    expect(maySee(signals[5]!, 'pro')).toBe(true);
    const full = SignalDetail.parse(shapeDetail(signals[5]!, 'pro', charts, [ready]));
    expect(full.history.at(-1)).toMatchObject({ state: 'READY_TO_ENTER', title: 'canary-ready' });
  });

  it('a detail names refinements that say the same in a row once, with the newest time', () => {
    const waits = { ...ready, state: 'WAIT' as const, reasons: [{ code: 'above_entry' as const }] };
    const at = (item: typeof ready | typeof waits, hour: number) => ({ ...item, asOfMs: Date.UTC(2026, 1, 27, hour) });
    const given = [at(ready, 5), at(waits, 6), at(waits, 7), at(waits, 8), at(ready, 9)];
    const { history } = SignalDetail.parse(shapeDetail(signals[5]!, 'pro', charts, given));
    const words = 'waits because the price has run above the entry zone';
    expect(history.slice(-3)).toEqual([
      { at: '2026-02-27T05:00:00.000Z', state: 'READY_TO_ENTER', title: 'canary-ready' },
      { at: '2026-02-27T08:00:00.000Z', state: 'WAIT', title: `${words} (3 times in a row)` },
      { at: '2026-02-27T09:00:00.000Z', state: 'READY_TO_ENTER', title: 'canary-ready' },
    ]);
  });

  it('what alerts say now is for whoever sees the why', () => {
    const now = { alerts: [{ type: 'unusual_volume', title: 'canary-now', atMs: 0, score: 0.5 }], asOfMs: 0 };
    expect(shapeDetail(signals[0]!, 'pro', charts, [], now).why!.now).toMatchObject([{ title: 'canary-now' }]);
    expect(JSON.stringify(shapeDetail(signals[0]!, 'basic', charts, [], now))).not.toContain('canary-now');
    expect(shapeDetail(signals[0]!, 'elite', charts, []).why!.now).toEqual([]);
  });
});
