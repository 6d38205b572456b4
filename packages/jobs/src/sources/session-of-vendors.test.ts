import { AppError, makeFrozenClock, toEpochDay } from '@aion/core';
import { ingestTable, readDaily, readManifest, toBarTable, type DailyBars } from '@aion/market';
import type { BarRequest } from '@aion/market/sources';
import { beforeEach, expect, it } from 'vitest';
import { withVendors } from '../../test/vendor-home.ts';
import { fetchSessionOfVendors } from './session-of-vendors.ts';
import type { Sources } from './sources.ts';

const SESSION = '2026-02-27';
const BEFORE = '2026-02-26';
const clock = makeFrozenClock(0);
const vendors = withVendors(clock);
const symbols = Array.from({ length: 30 }, (_, i) => `SHARE${i}`);
const bar = (symbol: string, date: string, close: number): DailyBars => {
  const of = (value: number): Float64Array => Float64Array.of(value);
  const prices = { open: of(close), high: of(close + 1), low: of(close - 1), close: of(close) };
  return { symbol, sessionDay: Int32Array.of(toEpochDay(date)), ...prices, volumeShares: of(1000) };
};

/** Kite and Yahoo as given; null: it is off. Everybody who is asked is noted. */
function sourcesOf(kite: ((symbol: string) => DailyBars) | null, yahoo: ((symbol: string) => DailyBars) | null) {
  const asked: string[] = [];
  const given = { kite, yahoo };
  const sources = {
    standing: (name: 'kite' | 'yahoo') =>
      given[name] === null ? { on: false, why: 'it has no key' } : { on: true, why: null },
    bars: (name: 'kite' | 'yahoo') => ({
      async daily({ symbol }: BarRequest) {
        asked.push(`${name} ${symbol}`);
        const facts = {
          source: name,
          exchange: 'NSE',
          adjustment: 'splits',
          currency: 'INR',
          rejected: [],
          provenance: [],
        };
        return { ...facts, bars: given[name]!(symbol) };
      },
    }),
  } as unknown as Sources;
  return { sources, asked };
}
const down = (): never => {
  throw new AppError('unavailable', 'no answer', { retryable: true });
};
const bring = (sources: Sources) => {
  const { ingest } = vendors.embedded;
  const host = { ...vendors.embedded, clock, ingest: { ...ingest, clock } };
  return fetchSessionOfVendors(host, sources, 'NSE', SESSION);
};
const stored = async (): Promise<Map<string, number>> => {
  const { ingest } = vendors.embedded;
  const day = toEpochDay(SESSION);
  const found = await readDaily(ingest, await readManifest(ingest, 'NSE', 'daily'), { fromDay: day, toDay: day });
  return new Map([...found].map(([symbol, { close }]) => [symbol, close[0]!]));
};

beforeEach(async () => {
  clock.set(Date.parse(`${SESSION}T23:00:00+05:30`));
  const { ingest } = vendors.embedded;
  const table = toBarTable(symbols.map((symbol) => bar(symbol, BEFORE, 100)));
  await ingestTable(
    { ...ingest, clock },
    { market: 'NSE', name: 'before', barMinutes: null, source: 'nse_bhavcopy', table },
  );
});

it('takes each share from the first vendor that has it, and stores it under that vendor', async () => {
  const kite = (symbol: string): DailyBars => (symbol === 'SHARE3' ? down() : bar(symbol, SESSION, 101));
  const { sources } = sourcesOf(kite, (symbol) => bar(symbol, SESSION, 102));
  expect(await bring(sources)).toEqual({ symbols: 30, stored: 30, silent: 0 });
  const closes = await stored();
  expect([closes.get('SHARE2'), closes.get('SHARE3')]).toEqual([101, 102]);
  // What is there is not asked for again.
  const again = sourcesOf(kite, null);
  await expect(bring(again.sources)).rejects.toThrow(/no vendor has a bar of 2026-02-27; none was asked/);
  expect(again.asked).toEqual([]);
});

it('leaves out the bar of another day, and counts who is silent', async () => {
  const { sources } = sourcesOf((symbol) => bar(symbol, symbol === 'SHARE7' ? BEFORE : SESSION, 101), null);
  expect(await bring(sources)).toEqual({ symbols: 30, stored: 29, silent: 1 });
  expect((await stored()).has('SHARE7')).toBe(false);
});

it('gives up when nobody answers, and says why', async () => {
  const { sources, asked } = sourcesOf(down, null);
  await expect(bring(sources)).rejects.toThrow(/no vendor has a bar.*SHARE0: kite: no answer/);
  expect(asked.length).toBe(20);
});

it('keeps what it has when it is ended in between, and goes on with what is left', async () => {
  const { ingest } = vendors.embedded;
  const more = Array.from({ length: 220 }, (_, i) => `MORE${i}`);
  const table = toBarTable(more.map((symbol) => bar(symbol, BEFORE, 100)));
  const batch = { market: 'NSE', name: 'more', barMinutes: null, source: 'nse_bhavcopy', table } as const;
  await ingestTable({ ...ingest, clock }, batch);
  let left = 230;
  const ended = (symbol: string): DailyBars => {
    if (left-- === 0) throw new Error('the function was ended');
    return bar(symbol, SESSION, 101);
  };
  await expect(bring(sourcesOf(ended, null).sources)).rejects.toThrow('the function was ended');
  expect((await stored()).size).toBe(200);
  const after = sourcesOf((symbol) => bar(symbol, SESSION, 101), null);
  expect(await bring(after.sources)).toEqual({ symbols: 250, stored: 50, silent: 0 });
  expect(after.asked.length).toBe(50);
});

it('takes no session but that of the day: prices of an older one may be in other shares', async () => {
  clock.set(Date.parse('2026-02-28T08:00:00+05:30'));
  const { sources, asked } = sourcesOf((symbol) => bar(symbol, SESSION, 101), null);
  await expect(bring(sources)).rejects.toMatchObject({ code: 'missing_data' });
  expect(asked).toEqual([]);
});
