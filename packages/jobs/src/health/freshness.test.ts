import { DAY_MS, makeFrozenClock, toEpochDay } from '@aion/core';
import { ingestTable, toBarTable, type DailyBars } from '@aion/market';
import { beforeEach, describe, expect, it } from 'vitest';
import { withVendors } from '../../test/vendor-home.ts';
import { noteAnswer } from '../sources/asked.ts';
import { runJob } from '../timetable/index.ts';
import { freshnessOf, type Freshness } from './freshness.ts';

const clock = makeFrozenClock(0);
const vendors = withVendors(clock);
/** A Friday evening. */
const EVENING = Date.parse('2026-02-27T23:45:00+05:30');
const found = async (): Promise<Map<string, Freshness>> =>
  new Map((await freshnessOf(vendors.embedded, 'NSE', clock.nowMs())).map((one) => [one.name, one]));
const state = async (name: string): Promise<string> => (await found()).get(name)!.state;

async function bars(symbol: string, date: string): Promise<void> {
  const of = (value: number): Float64Array => Float64Array.of(value);
  const prices = { open: of(10), high: of(11), low: of(9), close: of(10), volumeShares: of(100) };
  const series: DailyBars = { symbol, sessionDay: Int32Array.of(toEpochDay(date)), ...prices };
  const { ingest } = vendors.embedded;
  const batch = {
    market: 'NSE',
    name: date,
    barMinutes: null,
    source: 'nse_bhavcopy',
    table: toBarTable([series]),
  } as const;
  await ingestTable({ ...ingest, clock }, batch);
}
beforeEach(() => clock.set(EVENING));

describe('how fresh the data are', () => {
  it('is none of everything in a home that holds nothing, each with what that costs', async () => {
    const all = [...(await found()).values()];
    expect(all.length).toBeGreaterThan(12);
    expect(all.filter((one) => one.state !== 'none' || one.newestMs !== null)).toEqual([]);
    for (const { name, cost } of all) expect(cost.length, name).toBeGreaterThan(15);
  });

  it.each(['daily_bars', 'index_bars'])(
    'of %s goes by the sessions: the newest whose evening is over',
    async (name) => {
      const symbol = name === 'daily_bars' ? 'ABC' : 'NIFTY50';
      await bars(symbol, '2026-02-26');
      expect(await state(name)).toBe('stale');
      // Before the evening of the session is over, the one before is the newest that can be there.
      clock.set(Date.parse('2026-02-27T20:00:00+05:30'));
      expect(await state(name)).toBe('fresh');
      clock.set(EVENING);
      await bars(symbol, '2026-02-27');
      expect((await found()).get(name)).toMatchObject({
        state: 'fresh',
        newestMs: Date.parse('2026-02-27T15:30:00+05:30'),
      });
      // The weekend makes nothing old.
      clock.set(Date.parse('2026-03-02T08:00:00+05:30'));
      expect(await state(name)).toBe('fresh');
    },
  );

  it('of records goes by when a source last answered, whichever it was', async () => {
    const { items } = vendors.embedded;
    await noteAnswer(items, 'news', 'NSE', 'rss', EVENING - 3 * DAY_MS);
    expect(await state('news')).toBe('stale');
    await noteAnswer(items, 'news', 'US', 'benzinga', EVENING);
    expect(await state('news')).toBe('stale');
    await noteAnswer(items, 'news', 'NSE', 'alpaca', EVENING - DAY_MS / 2);
    expect(await state('news')).toBe('fresh');
  });

  it('of what a job makes goes by when it last ended well', async () => {
    const host = { items: vendors.embedded.items, owner: { name: 'a', isGone: () => true } };
    const firing = { market: 'NSE', job: 'features', dueMs: EVENING } as const;
    const failing = runJob(host, firing, clock, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await state('features')).toBe('none');
    await runJob(host, firing, clock, async () => ({ done: true }));
    expect(await state('features')).toBe('fresh');
    clock.advance(6 * DAY_MS);
    expect(await state('features')).toBe('stale');
  });
});
