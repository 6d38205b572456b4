import { makeOutbox } from '@aion/adapters/outbox/outbox';
import { AppError, makeFrozenClock, toEpochDay, type Exchange } from '@aion/core';
import { readManifest, toBarTable, type DailyBars } from '@aion/market';
import type { MarketFile } from '@aion/market/sources';
import { beforeEach, describe, expect, it } from 'vitest';
import { udiffCsv } from '../../../adapters/test/vendor-shapes.ts';
import { withVendors } from '../../test/vendor-home.ts';
import { bringSessionBars } from './session-bars.ts';
import type { Sources } from './sources.ts';

const BEFORE = '2026-02-26';
const SESSION = '2026-02-27';
const clock = makeFrozenClock(0);
const vendors = withVendors(clock);
const fileOf = (date: string, close: number): MarketFile => {
  const text = udiffCsv(date, [['TCS', close]]);
  const provenance = { source: 'nse', url: 'x', fetchedMs: clock.nowMs(), sha256: 'a'.repeat(64) };
  return { kind: 'published', name: `${date}.csv`, bytes: new TextEncoder().encode(text), provenance };
};
const none: MarketFile = { kind: 'not_published', tried: ['x'] };
const day = (date: string, close: number, symbol = 'TCS'): DailyBars => {
  const of = (value: number): Float64Array => Float64Array.of(value);
  const prices = { open: of(close), high: of(close + 1), low: of(close - 1), close: of(close), volumeShares: of(1000) };
  return { symbol, sessionDay: Int32Array.of(toEpochDay(date)), ...prices };
};

let published: MarketFile | (() => never);
let vendorAsked = 0;
/** Whether the exchange has the indices of the session. */
let indices: 'there' | 'not yet' | 'ill';
let nseIsOn = true;
const sources = {
  standing: (name: string) => (name === 'nse' && !nseIsOn ? { on: false, why: 'off' } : { on: true, why: null }),
  marketFiles: () => ({
    name: 'nse',
    exchange: 'NSE',
    sessionFile: async (date: string) =>
      date === BEFORE ? fileOf(BEFORE, 100) : typeof published === 'function' ? published() : published,
    async indexBars(date: string) {
      if (date === SESSION && indices === 'ill') throw new AppError('unavailable', 'NSE has an ill hour');
      return date === SESSION && indices === 'not yet' ? null : { table: toBarTable([day(date, 24_900, 'NIFTY50')]) };
    },
  }),
  bars: (source: string) => ({
    async daily() {
      vendorAsked++;
      const facts = { source, exchange: 'NSE', adjustment: 'none', currency: 'INR', rejected: [], provenance: [] };
      return { ...facts, bars: day(SESSION, 101) };
    },
  }),
  save: async () => undefined,
} as unknown as Sources;
const bring = (session = SESSION, time = '18:25', exchange: Exchange = 'NSE') => {
  clock.set(Date.parse(`${session}T${time}:00+05:30`));
  const { ingest } = vendors.embedded;
  return bringSessionBars({ ...vendors.embedded, clock, ingest: { ...ingest, clock } }, sources, exchange, session);
};
const mails = async (): Promise<string[]> => {
  const { items, clock: wall } = vendors.embedded;
  return (await makeOutbox(items, wall).list({ limit: 10 })).messages.map(({ subject }) => subject);
};

beforeEach(async () => {
  published = none;
  [vendorAsked, indices, nseIsOn] = [0, 'there', true];
  await bring(BEFORE);
});

describe("a session's bars", () => {
  it('come from the exchange when they are published, and are not asked for again', async () => {
    expect(await bring()).toMatchObject({ done: false });
    published = fileOf(SESSION, 102);
    expect(await bring(SESSION, '18:40')).toEqual({ figures: { bars: 'of the exchange' } });
    published = () => {
      throw new AppError('unavailable', 'it is asked again');
    };
    expect(await bring(SESSION, '18:55')).toEqual({ figures: { bars: 'they were there' } });
    expect([vendorAsked, await mails()]).toEqual([0, []]);
  });

  it('are waited for while the exchange does not answer', async () => {
    published = () => {
      throw new AppError('unavailable', 'NSE does not answer', { retryable: true });
    };
    expect(await bring(SESSION, '20:10')).toMatchObject({ done: false });
    expect(vendorAsked).toBe(0);
  });

  it('come from vendors from 22:55 on, and the operator is told once', async () => {
    expect(await bring(SESSION, '22:54')).toMatchObject({ done: false });
    expect(vendorAsked).toBe(0);
    expect(await bring(SESSION, '22:55')).toMatchObject({ figures: { bars: 'of vendors' } });
    expect(await bring(SESSION, '23:10')).toEqual({ figures: { bars: 'they were there' } });
    expect(await mails()).toEqual([`The daily run for ${SESSION} stands on vendors' bars`]);
  });

  it('are not whole without the indices, which are asked for until they are there', async () => {
    published = fileOf(SESSION, 102);
    indices = 'not yet';
    expect(await bring()).toEqual({ done: false, figures: { bars: 'of the exchange', indices: 'not there yet' } });
    indices = 'ill';
    const ill = { done: false, figures: { bars: 'they were there', indices: 'NSE has an ill hour' } };
    expect(await bring(SESSION, '18:40')).toEqual(ill);
    indices = 'there';
    expect(await bring(SESSION, '18:55')).toEqual({ figures: { bars: 'they were there' } });
    const held = (await readManifest(vendors.embedded.ingest, 'NSE', 'index')).sessionDays;
    expect(held.includes(toEpochDay(SESSION))).toBe(true);
    expect([vendorAsked, await mails()]).toEqual([0, []]);
  });

  it('wait for no indices where the exchange is turned off', async () => {
    nseIsOn = false;
    indices = 'ill';
    expect(await bring(SESSION, '22:55')).toEqual({ figures: { bars: 'of vendors' } });
  });

  it('of another exchange are of no file, since NSE has none of it', async () => {
    let asked = 0;
    published = () => {
      asked++;
      throw new AppError('unavailable', 'planted');
    };
    expect(await bring(SESSION, '18:40', 'US')).toEqual({ done: false, figures: {} });
    expect(asked).toBe(0);
    await bring(SESSION, '18:40');
    expect(asked).toBe(1);
  });
});
