import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFixturePorts } from '../../test/fixture-ports.ts';
import type { DailyBars } from '../bars.ts';
import { loadCalendar } from '../calendar.ts';
import {
  type ActionEntry,
  type CorporateAction,
  actionsAsOf,
  adjustDaily,
  loadActionLog,
  loadActions,
  parseActions,
  saveActions,
  withdrawActions,
} from './index.ts';

const split: CorporateAction = { symbol: 'ABC', exDay: 20_000, kind: 'split_or_bonus', value: 5 };
const yahoo = (recordedMs: number) => ({ source: 'yahoo', recordedMs });
const admin = (recordedMs: number) => ({ source: 'admin', recordedMs, by: 'asha', why: 'circular 12' });

describe('the log of corporate actions', () => {
  it('keeps every word: a correction stands beside what it corrects, and each instant keeps its answer', async () => {
    const ports = makeFixturePorts();
    expect(await saveActions(ports, 'NSE', [split], yahoo(100))).toBe(1);
    expect(await saveActions(ports, 'NSE', [split], yahoo(150))).toBe(0);
    expect(await saveActions(ports, 'NSE', [{ ...split, value: 10 }], yahoo(200))).toBe(1);
    expect((await loadActionLog(ports, 'NSE')).map(({ value, recordedMs }) => [value, recordedMs])).toEqual([
      [5, 100],
      [10, 200],
    ]);
    expect(await loadActions(ports, 'NSE', 99)).toEqual([]);
    expect((await loadActions(ports, 'NSE', 199))[0]!.value).toBe(5);
    expect((await loadActions(ports, 'NSE'))[0]!.value).toBe(10);
  });

  it("follows an admin's word whatever a vendor sends later, until the admin takes it back", async () => {
    const ports = makeFixturePorts();
    await saveActions(ports, 'NSE', [{ ...split, value: 2 }], admin(100));
    await saveActions(ports, 'NSE', [split], yahoo(200));
    expect((await loadActions(ports, 'NSE'))[0]!.value).toBe(2);
    await withdrawActions(ports, 'NSE', [{ ...split, value: 2 }], admin(300));
    expect(await loadActions(ports, 'NSE')).toEqual([]);
    expect((await loadActions(ports, 'NSE', 299))[0]!.value).toBe(2);
    expect((await loadActionLog(ports, 'NSE')).at(-1)).toMatchObject({
      withdrawn: true,
      by: 'asha',
      why: 'circular 12',
    });
  });

  it('takes no word from a file as an admin’s or the exchange’s, and no restated equal amount as a new one', async () => {
    const header = 'symbol,ex_date,type,value,ratio,source\n';
    const { actions } = parseActions(
      `${header}ABC,2024-10-28,split,7,,admin\nABC,2024-10-29,split,7,,exchange\n`,
      loadCalendar('NSE'),
    );
    expect(actions.map(({ source }) => source)).toEqual(['file:admin', 'file:exchange']);
    const ports = makeFixturePorts();
    const paid: CorporateAction = { symbol: 'ABC', exDay: 20_000, kind: 'dividend', value: 4, basisDay: 20_100 };
    expect(await saveActions(ports, 'NSE', [paid], yahoo(1))).toBe(1);
    expect(await saveActions(ports, 'NSE', [{ ...paid, basisDay: 20_101 }], yahoo(2))).toBe(0);
  });

  it('lets a vendor take back its own row only', async () => {
    const ports = makeFixturePorts();
    await saveActions(ports, 'NSE', [{ ...split, value: 4 }], { source: 'upload', recordedMs: 50 });
    await saveActions(ports, 'NSE', [split], yahoo(100));
    await withdrawActions(ports, 'NSE', [split], yahoo(200));
    expect((await loadActions(ports, 'NSE')).map(({ value }) => value)).toEqual([4]);
  });

  it('multiplies a split and a bonus of one day, and drops the sum that a vendor gives for both', async () => {
    const ports = makeFixturePorts();
    const parts = [
      { ...split, kind: 'split' as const, value: 5 },
      { ...split, kind: 'bonus' as const, value: 2 },
    ];
    await saveActions(ports, 'NSE', [split], yahoo(100));
    await saveActions(ports, 'NSE', parts, admin(200));
    const actions = await loadActions(ports, 'NSE');
    expect(actions.map(({ kind }) => kind).sort()).toEqual(['bonus', 'split']);
    const price = Float64Array.of(1000, 100);
    const bars: DailyBars = {
      symbol: 'ABC',
      sessionDay: Int32Array.of(19_999, 20_000),
      open: price,
      high: price,
      low: price,
      close: price,
      volumeShares: Float64Array.of(1, 10),
    };
    expect([...adjustDaily(bars, actions, 20_000).close]).toEqual([100, 100]);
  });

  it('gives one answer for an instant, whatever is written down after it', () => {
    const entry = fc.record({
      symbol: fc.constantFrom('A', 'B'),
      exDay: fc.integer({ min: 10, max: 12 }),
      kind: fc.constantFrom('split_or_bonus' as const, 'dividend' as const, 'split' as const),
      value: fc.integer({ min: 1, max: 9 }),
      source: fc.constantFrom('admin', 'yahoo', 'upload'),
      recordedMs: fc.integer({ min: 0, max: 100 }),
    });
    const seen = { known: 0, 'written later': 0, 'changed by it': 0 };
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), fc.nat(100), (entries, asOfMs) => {
        const log: ActionEntry[] = [...entries].sort((a, b) => a.recordedMs - b.recordedMs);
        const then = log.filter(({ recordedMs }) => recordedMs <= asOfMs);
        expect(actionsAsOf(log, asOfMs)).toEqual(actionsAsOf(then));
        if (then.length > 0) seen.known++;
        if (then.length < log.length) seen['written later']++;
        // An answer that took the later words in would have been another one.
        if (JSON.stringify(actionsAsOf(log)) !== JSON.stringify(actionsAsOf(then))) seen['changed by it']++;
      }),
      { numRuns: 300 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(50);
  });

  it('reads a log of the first version, which kept the newest values alone', async () => {
    const ports = makeFixturePorts();
    const bytes = new TextEncoder().encode(JSON.stringify([split]));
    const { key, sha256 } = await ports.objects.put('lake/NSE/actions', bytes, '.json');
    await ports.items.put({ table: 'product', pk: 'LAKE#NSE', sk: 'ACTIONS', v: 1, body: { key, sha256, count: 1 } });
    expect(await loadActions(ports, 'NSE')).toEqual([split]);
    expect(await saveActions(ports, 'NSE', [{ ...split, value: 6 }], yahoo(5))).toBe(1);
    expect((await loadActionLog(ports, 'NSE')).map(({ source }) => source)).toEqual(['import', 'yahoo']);
  });
});

describe('total return', () => {
  const price = Float64Array.of(100, 98, 49, 50);
  const bars: DailyBars = {
    symbol: 'ABC',
    sessionDay: Int32Array.of(10, 11, 12, 13),
    open: price,
    high: price,
    low: price,
    close: price,
    volumeShares: Float64Array.of(1, 1, 2, 2),
  };
  const dividend: CorporateAction = { symbol: 'ABC', exDay: 11, kind: 'dividend', value: 2 };
  const half: CorporateAction = { symbol: 'ABC', exDay: 12, kind: 'split', value: 2 };

  it('takes a dividend out of older prices, by its share of the close before', () => {
    const total = adjustDaily(bars, [dividend, half], 13, { dividends: true });
    expect([...total.close].map((x) => Number(x.toFixed(6)))).toEqual([49, 49, 49, 50]);
    expect([...adjustDaily(bars, [dividend, half], 13).close]).toEqual([50, 49, 49, 50]);
  });

  it('reads an amount that a vendor restated in later shares', () => {
    const restated = { ...dividend, value: 1, basisDay: 13 };
    const total = adjustDaily(bars, [restated, half], 13, { dividends: true });
    expect(total.close[0]).toBeCloseTo(49, 9);
  });

  it('gives the same factor as of a day before the split that the amount was restated for', () => {
    const restated = { ...dividend, value: 1, basisDay: 13 };
    const early = adjustDaily(bars, [restated, half], 11, { dividends: true });
    expect(early.close[0]).toBeCloseTo(98, 9);
  });

  it('applies no dividend that is as large as the price', () => {
    const total = adjustDaily(bars, [{ ...dividend, value: 100 }], 11, { dividends: true });
    expect([...total.close]).toEqual([...bars.close]);
  });

  it('uses no dividend whose ex-date lies after the day it is asked for', () => {
    expect(adjustDaily(bars, [dividend], 10, { dividends: true })).toBe(bars);
  });
});
