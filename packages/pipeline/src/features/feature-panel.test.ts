import { describe, expect, it } from 'vitest';
import { makeRng, toEpochDay } from '@aion/core';
import { loadCalendar, simulateMarket, sliceDailyBars, symbolRuns } from '@aion/market';
import type { FundamentalSnapshot, MacroObservation } from '@aion/market/records';
import { panelReferences, type FeatureRecords } from './feature-panel.ts';
import type { Panel } from '../market/panel.ts';

const calendar = loadCalendar('NSE');
const sessionDay = toEpochDay('2026-02-27');
const market = simulateMarket({
  rng: makeRng('panel'),
  symbols: 30,
  sessions: 60,
  asOf: '2026-02-27',
  hourlySessions: 0,
});
const series = (table: typeof market.daily) =>
  symbolRuns(table).map(({ start, end }) => sliceDailyBars(table, start, end));
const panel = {
  sessionDay,
  daily: series(market.daily),
  index: series(market.index),
  actions: new Map(),
  instruments: new Map(market.instruments.map((instrument) => [instrument.symbol, instrument])),
} as unknown as Panel;
const whole = panel.daily.find((bars) => bars.sessionDay.length === 60)!;
const { symbol, sessionDay: days } = whole;

const base = {
  source: 'test',
  symbols: [symbol],
  provenance: { source: 'test', url: '', fetchedMs: 0, sha256: '' },
  redistributable: true,
};
const closeMs = (date: string): number => {
  const session = calendar.session(date);
  if (session.kind === 'closed') throw new Error(date);
  return session.closeMs;
};
const macro = (knownDate: string, value: number): MacroObservation => ({
  ...base,
  id: `${knownDate} ${value}`,
  kind: 'macro',
  symbols: [],
  series: 'DGS10',
  period: '2026-02-02',
  eventMs: Date.UTC(2026, 1, 2),
  knownMs: closeMs(knownDate),
  value,
  vintage: 'published',
});
const figures = (knownDate: string, eps: number): FundamentalSnapshot => ({
  ...base,
  id: `${knownDate} ${eps}`,
  kind: 'fundamental',
  eventMs: Date.UTC(2025, 11, 31),
  knownMs: closeMs(knownDate),
  currency: 'INR',
  metrics: { returnOnEquityTtm: eps },
});
const records = (over: Partial<FeatureRecords>): FeatureRecords => ({
  macro: [],
  fundamentals: [],
  texts: [],
  scorer: () => ({ score: 0, source: 'test' }),
  ...over,
});
const at = (column: Float64Array | undefined, date: string): number | undefined =>
  column?.[days.indexOf(toEpochDay(date))];

describe('what stands beside the instruments of a panel', () => {
  it('is the index with its regime for all, and the sector of each', () => {
    const references = panelReferences(panel, calendar);
    const columns = references.of(symbol).on(days);
    expect(Object.keys(columns)).toEqual(expect.arrayContaining(['index_close', 'vix_close', 'market_hmm_calm']));
    const sector = panel.instruments.get(symbol)!.sector;
    const peer = panel.daily.find(
      (bars) => bars.symbol !== symbol && panel.instruments.get(bars.symbol)!.sector === sector,
    );
    if (columns['sector_close'] !== undefined && peer !== undefined)
      expect(references.of(peer.symbol)).toBe(references.of(symbol));
  });

  it('knows a figure of the economy from the close at which it was known, in the version of then', () => {
    const published = [macro('2026-02-05', 4), macro('2026-02-17', 4.5)];
    const columns = panelReferences(panel, calendar, records({ macro: published }))
      .of(symbol)
      .on(days);
    expect(
      ['2026-02-04', '2026-02-05', '2026-02-16', '2026-02-17'].map((date) => at(columns['macro_dgs10_level'], date)),
    ).toEqual([Number.NaN, 4, 4, 4.5]);
  });

  it('gives figures of a company to that company alone', () => {
    const references = panelReferences(panel, calendar, records({ fundamentals: [figures('2026-02-10', 0.2)] }));
    const names = Object.keys(references.of(symbol).on(days)).filter((name) => name.startsWith('fundamental_'));
    expect(names.length).toBeGreaterThan(3);
    const other = panel.daily.find((bars) => bars.symbol !== symbol)!.symbol;
    expect(Object.keys(references.of(other).on(days)).filter((name) => name.startsWith('fundamental_'))).toEqual([]);
  });

  it('has another hash when a past figure was corrected, and the same when a later one came', () => {
    const of = (list: MacroObservation[]) => panelReferences(panel, calendar, records({ macro: list }));
    const day = toEpochDay('2026-02-16');
    const before = of([macro('2026-02-05', 4)]).hashUpTo(day);
    expect(of([macro('2026-02-05', 4), macro('2026-02-17', 4.5)]).hashUpTo(day)).toBe(before);
    expect(of([macro('2026-02-05', 4.1)]).hashUpTo(day)).not.toBe(before);
  });
});
