import { makeFrozenClock } from '@aion/core';
import { RECORDS_JOBS, type Sources } from '@aion/jobs/sources';
import { jobsThat, loadJobRecords } from '@aion/jobs/timetable';
import { importFiles } from '@aion/market';
import { appendRecords, readRecords, sealRecord } from '@aion/market/records';
import { SourcePolicy } from '@aion/market/sources';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordRoutes } from '../../../adapters/test/record-shapes.ts';
import { withVendors } from '../../../jobs/test/vendor-home.ts';
import { asksNone, callSourceJob } from './source-jobs.ts';

const clock = makeFrozenClock(0);
const vendors = withVendors(clock);
beforeEach(() => {
  clock.set(Date.parse('2026-02-27T02:01:00Z'));
  vendors.server.routes.push(...recordRoutes);
});
const open = (): Promise<Sources> =>
  vendors.sources({ FRED_API_KEY: 'k' }, SourcePolicy.parse({ feeds: [`${vendors.server.url}/feed`] }));
const call = (event: unknown, may: Parameters<typeof callSourceJob>[1] = 'records', sources = open) =>
  callSourceJob({ ...vendors.embedded, clock }, may, sources, event);
const stored = async (): Promise<number> => {
  const { items, objects } = vendors.embedded;
  return (await readRecords({ items, objects }, { kind: 'news', asOfMs: clock.nowMs() })).length;
};

describe('a function that asks sources', () => {
  it('does the job that its event names, once for its instant, and keeps how it went', async () => {
    const event = { job: 'news', triggeredBy: 'schedule', dueAt: '2026-02-27T02:00:00Z' };
    const answer = await call(event);
    expect(answer).toMatchObject({ figures: { news: expect.any(Number) as number } });
    expect(await stored()).toBeGreaterThan(0);
    vendors.server.requests.length = 0;
    expect(await call(event)).toEqual({ skipped: 'it has been done' });
    expect(vendors.server.requests).toEqual([]);
    expect((await loadJobRecords(vendors.embedded.items, 'NSE')).get('news')).toMatchObject({ outcome: 'done' });
  });

  it('is called again for what it waits for, until that is there', async () => {
    const dueMs = Date.parse('2026-02-27T12:55:00Z');
    clock.set(dueMs);
    const nobody = async (): Promise<Sources> =>
      ({
        standing: () => ({ on: false, why: 'not here' }),
        save: async () => undefined,
      }) as unknown as Sources;
    const event = { job: 'session-bars', dueAt: '2026-02-27T12:55:00Z' };
    expect(await call(event, 'bars', nobody)).toMatchObject({ done: false });
    const record = async () => (await loadJobRecords(vendors.embedded.items, 'NSE')).get('session-bars');
    expect(await record()).toMatchObject({ outcome: 'waiting', dueMs });
    // A quarter of an hour later the schedule calls for the same instant of the timetable.
    const again = (minute: number) => call({ ...event, dueAt: `2026-02-27T13:${minute}:00Z` }, 'bars', nobody);
    expect(await again(10)).toMatchObject({ done: false });
    expect(await record()).toMatchObject({ outcome: 'waiting', dueMs });
    // Meanwhile somebody uploads the file.
    const csv = 'symbol,date,open,high,low,close,volume\nTCS,2026-02-27,10,11,9,10.5,1000\n';
    await importFiles(vendors.embedded.ingest, [{ name: 'a.csv', read: async () => new TextEncoder().encode(csv) }]);
    expect(await again(25)).toMatchObject({ figures: { bars: 'they were there' } });
    expect(await record()).toMatchObject({ outcome: 'done', dueMs });
    expect(await again(40)).toEqual({ skipped: 'it has been done' });
  });

  it.each([undefined, {}, { job: 'daily' }, { job: 'session-bars' }, { job: 'alerts' }])(
    'refuses an event without a job of its own: %j',
    async (event) => {
      await expect(call(event)).rejects.toMatchObject({ code: 'bad_input' });
    },
  );

  it('does the job of the market that its event names, by that market’s clock', async () => {
    // 07:00 in New York, when news is asked for there; in Mumbai the afternoon.
    clock.set(Date.parse('2026-02-26T12:01:00Z'));
    const event = { job: 'news', market: 'US', dueAt: '2026-02-26T12:00:00Z' };
    const keys = { ALPACA_API_KEY_ID: 'k', ALPACA_API_SECRET: 's' };
    const alpaca = () => vendors.sources(keys, SourcePolicy.parse({}));
    expect(await call(event, 'records', alpaca)).toMatchObject({ figures: { news: expect.any(Number) as number } });
    const records = async (market: 'NSE' | 'US') => (await loadJobRecords(vendors.embedded.items, market)).get('news');
    expect(await records('US')).toMatchObject({ outcome: 'done', dueMs: Date.parse(event.dueAt) });
    expect(await records('NSE')).toBeUndefined();
    await expect(call({ ...event, market: 'MOON' })).rejects.toThrow(/market/);
  });

  it('there is one for each of these jobs, and no job has two', () => {
    const all = jobsThat('records', 'bars', 'derived');
    expect(all.toSorted()).toEqual([...RECORDS_JOBS].sort());
  });
});

describe('the function that raises alerts and keeps features', () => {
  it('raises what is known, once for its instant, and asks no source', async () => {
    const knownMs = Date.parse('2026-02-26T09:00:00Z');
    const trade = sealRecord({
      ...{ kind: 'insider_trade', source: 'test', symbols: ['TCS'], eventMs: knownMs, knownMs, redistributable: true },
      ...{ filingId: '1', person: 'P', role: null, side: 'buy', shares: 1e5, price: 900, currency: 'INR' },
      provenance: { source: 'test', url: 'test:', fetchedMs: knownMs, sha256: '' },
    });
    await appendRecords(vendors.embedded.ingest, [trade]);
    clock.set(Date.parse('2026-02-27T02:08:30Z'));
    const alerts = () => call({ job: 'alerts', dueAt: '2026-02-27T02:08:00Z' }, 'derived', asksNone);
    // There are no bars: what the alert asks for fails by name, and is delivered again.
    expect(await alerts()).toMatchObject({ figures: { raised: 1, fresh: 1, requests: 1, done: 0 } });
    expect(await alerts()).toEqual({ skipped: 'it has been done' });
    expect(vendors.server.requests).toEqual([]);
  });

  it('waits with the features of a session for its daily run', async () => {
    clock.set(Date.parse('2026-02-27T13:36:00Z'));
    const features = (dueAt: string) => call({ job: 'features', dueAt }, 'derived', asksNone);
    expect(await features('2026-02-27T13:35:00Z')).toMatchObject({ done: false });
    expect(await features('2026-02-27T14:05:00Z')).toMatchObject({ done: false });
  });

  it('has no sources', async () => {
    await expect(call({ job: 'news' }, 'records', asksNone)).rejects.toThrow(/asks no source/);
  });
});
