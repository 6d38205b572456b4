import { DAY_MS, fromEpochDay, toEpochDay } from '@aion/core';
import { loadCalendar, type CorporateAction } from '@aion/market';
import { sealRecord, type FundamentalSnapshot } from '@aion/market/records';
import { describe, expect, it } from 'vitest';
import { FEATURE_NODES } from '../catalogue/index.ts';
import { makeFeatureEngine } from '../engine/index.ts';
import { computeAsKnown, makeReferences } from '../store/index.ts';
import { fundamentalReferences } from './fundamental-references.ts';

const calendar = loadCalendar('NSE');
const day = (date: string): number => toEpochDay(date);
const SYMBOL = 'ABC';

/** Figures of a quarter as they became known at noon in Mumbai. */
function report(
  quarter: string,
  known: string,
  metrics: Readonly<Record<string, number>>,
  parts: Partial<Pick<FundamentalSnapshot, 'currency' | 'symbols'>> = {},
): FundamentalSnapshot {
  const knownMs = day(known) * DAY_MS + 6.5 * 3_600_000;
  return sealRecord({
    kind: 'fundamental',
    source: 'test',
    symbols: [SYMBOL],
    eventMs: day(quarter) * DAY_MS,
    knownMs,
    provenance: { source: 'test', url: '', fetchedMs: knownMs, sha256: '' },
    redistributable: false,
    currency: 'INR',
    metrics: { ...metrics },
    ...parts,
  });
}
const stretch = { calendar, fromDay: day('2024-06-03'), toDay: day('2024-06-14') };
const split: CorporateAction = { symbol: SYMBOL, exDay: day('2024-06-11'), kind: 'split', value: 5 };
const references = (records: readonly FundamentalSnapshot[], actions: readonly CorporateAction[] = []) =>
  fundamentalReferences(records, { ...stretch, symbol: SYMBOL, actions });
function known(records: readonly FundamentalSnapshot[], name: string, actions: readonly CorporateAction[] = []) {
  const { sessionDay, close } = references(records, actions)[name]!;
  return (date: string): number => close[sessionDay.indexOf(day(date))]!;
}

describe('fundamental references', () => {
  it('count from the day they were known; a restated figure from its own', () => {
    const records = [
      report('2024-03-31', '2024-06-05', { trailingEps: 10 }),
      report('2024-03-31', '2024-06-12', { trailingEps: 7 }),
      report('2024-03-31', '2024-06-05', { trailingEps: 99 }, { symbols: ['OTHER'] }),
    ];
    const earnings = known(records.toReversed(), 'fundamental_earnings');
    expect(['2024-06-04', '2024-06-05', '2024-06-11', '2024-06-12'].map(earnings)).toEqual([NaN, 10, 10, 7]);
    // Stated again, it is no new report.
    const reported = known(records, 'fundamental_report_day');
    expect(fromEpochDay(reported('2024-06-14'))).toBe('2024-06-05');
  });

  it('do not change when later records are cut off; a reader of the newest version is caught', () => {
    const records = [
      report('2023-12-31', '2024-06-03', { trailingEps: 8, returnOnEquity: 0.1 }),
      report('2024-03-31', '2024-06-06', { trailingEps: 10 }),
      report('2024-03-31', '2024-06-12', { trailingEps: 7, returnOnEquity: 0.2 }),
    ];
    /** Sessions whose value depends on records of later days. */
    const leaks = (read: (records: readonly FundamentalSnapshot[]) => ReturnType<typeof references>): string[] => {
      const whole = read(records);
      return Object.entries(whole).flatMap(([name, { sessionDay, close }]) =>
        [...sessionDay].flatMap((one, i) => {
          const cut = read(records.filter(({ knownMs }) => knownMs < (one + 1) * DAY_MS))[name]!;
          return Object.is(cut.close[i], close[i]) ? [] : [`${name} ${fromEpochDay(one)}`];
        }),
      );
    };
    expect(leaks(references)).toEqual([]);
    const newest = (given: readonly FundamentalSnapshot[]) =>
      references(
        given.map((record) => ({
          ...record,
          metrics: given.findLast(({ eventMs }) => eventMs === record.eventMs)!.metrics,
        })),
      );
    expect(leaks(newest)).toContain('fundamental_earnings 2024-06-06');
  });

  it('keep a figure that the newest report leaves out, and never go back to an older period', () => {
    const records = [
      report('2024-03-31', '2024-06-04', { trailingEps: 10, bookValue: 50 }),
      report('2024-06-30', '2024-06-06', { trailingEps: 11 }),
      report('2023-12-31', '2024-06-10', { trailingEps: 1, bookValue: 1 }),
    ];
    expect(known(records, 'fundamental_earnings')('2024-06-12')).toBe(11);
    expect(known(records, 'fundamental_book')('2024-06-12')).toBe(50);
    const stale = [report('2022-03-31', '2024-06-04', { trailingEps: 10 })];
    expect(known(stale, 'fundamental_earnings')('2024-06-05')).toBeNaN();
  });

  it('know their vendors’ names and units, and refuse money of another currency', () => {
    const records = [
      report('2024-03-31', '2024-06-04', { DilutedEPSTTM: 4, debtToEquity: 45, QuarterlyRevenueGrowthYOY: 0.2 }),
    ];
    expect(known(records, 'fundamental_earnings')('2024-06-05')).toBe(4);
    expect(known(records, 'fundamental_debt_to_equity')('2024-06-05')).toBeCloseTo(0.45, 12);
    expect(known(records, 'fundamental_revenue_growth')('2024-06-05')).toBe(0.2);
    for (const currency of ['USD', null]) {
      const foreign = [report('2024-03-31', '2024-06-04', { trailingEps: 4, returnOnEquity: 0.3 }, { currency })];
      expect(known(foreign, 'fundamental_earnings')('2024-06-05')).toBeNaN();
      expect(known(foreign, 'fundamental_return_on_equity')('2024-06-05')).toBe(0.3);
    }
  });

  it('are put into the shares of the day behind a split', () => {
    const records = [report('2024-03-31', '2024-06-04', { trailingEps: 10, sharesOutstanding: 1e6 })];
    const earnings = known(records, 'fundamental_earnings', [split]);
    expect([earnings('2024-06-10'), earnings('2024-06-11')]).toEqual([10, 2]);
    expect(known(records, 'fundamental_shares', [split])('2024-06-11')).toBe(5e6);
    // Figures of after the split hold it already.
    const later = [report('2024-03-31', '2024-06-12', { trailingEps: 2 })];
    expect(known(later, 'fundamental_earnings', [split])('2024-06-13')).toBe(2);
  });
});

describe('fundamental features', () => {
  it('are beside the price of the day, across a split', () => {
    const metrics = {
      trailingEps: 10,
      bookValue: 50,
      dividendRate: 4,
      sharesOutstanding: 1e6,
      debtToEquity: 45,
      returnOnEquity: 0.2,
      revenueGrowth: 0.1,
    };
    const made = references([report('2024-03-31', '2024-06-04', metrics)], [split]);
    const sessionDay = made['fundamental_earnings']!.sessionDay;
    const price = Float64Array.from(sessionDay, (one) => (one < split.exDay ? 100 : 20));
    const raw = { symbol: SYMBOL, sessionDay, open: price, high: price, low: price, close: price, volumeShares: price };
    const nodes = FEATURE_NODES.filter(({ name }) => name === 'fundamental');
    const engine = makeFeatureEngine(
      nodes,
      nodes[0]!.columns.map(({ name }) => name),
    );
    const values = computeAsKnown(engine, raw, { actions: [split], references: makeReferences(calendar, made) });
    for (const at of ['2024-06-04', '2024-06-10', '2024-06-11', '2024-06-14']) {
      const i = sessionDay.indexOf(day(at));
      const row = engine.columns.map(({ name }) => values[name]![i]!);
      const expected = [0.1, 0.5, 0.04, Math.log(1e8), 0.45, 0.2, 0.1, day(at) - day('2024-06-04')];
      expected.forEach((value, j) => expect(row[j], `${at} ${engine.columns[j]!.name}`).toBeCloseTo(value, 10));
    }
    expect(values['earnings_yield']![0]).toBeNaN();
  });
});
