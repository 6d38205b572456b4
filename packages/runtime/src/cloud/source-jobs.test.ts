import { makeFrozenClock } from '@aion/core';
import { RECORDS_JOBS, type Sources } from '@aion/jobs/sources';
import { loadJobRecords } from '@aion/jobs/timetable';
import { readRecords } from '@aion/market/records';
import { SourcePolicy } from '@aion/market/sources';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordRoutes } from '../../../adapters/test/record-shapes.ts';
import { withVendors } from '../../../jobs/test/vendor-home.ts';
import { BAR_JOBS, callSourceJob, RECORD_JOBS } from './source-jobs.ts';

const clock = makeFrozenClock(0);
const vendors = withVendors(clock);
beforeEach(() => {
  clock.set(Date.parse('2026-02-27T02:01:00Z'));
  vendors.server.routes.push(...recordRoutes);
});
const open = (): Promise<Sources> =>
  vendors.sources({ FRED_API_KEY: 'k' }, SourcePolicy.parse({ feeds: [`${vendors.server.url}/feed`] }));
const call = (event: unknown, may: Parameters<typeof callSourceJob>[1] = RECORD_JOBS, sources = open) =>
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
    let published = false;
    const sources = async (): Promise<Sources> =>
      ({
        standing: () => ({ on: published, why: published ? null : 'not yet' }),
        save: async () => undefined,
      }) as unknown as Sources;
    const event = { job: 'session-bars', dueAt: '2026-02-27T12:55:00Z' };
    expect(await call(event, BAR_JOBS, sources)).toMatchObject({ done: false });
    const record = async () => (await loadJobRecords(vendors.embedded.items, 'NSE')).get('session-bars');
    expect(await record()).toMatchObject({ outcome: 'waiting', dueMs });
    // A quarter of an hour later the schedule calls for the same instant of the timetable.
    expect(await call({ ...event, dueAt: '2026-02-27T13:10:00Z' }, BAR_JOBS, sources)).toMatchObject({ done: false });
    expect(await record()).toMatchObject({ outcome: 'waiting', dueMs });
    published = false;
  });

  it.each([undefined, {}, { job: 'daily' }, { job: 'session-bars' }, { job: 'alerts' }])(
    'refuses an event without a job of its own: %j',
    async (event) => {
      await expect(call(event)).rejects.toMatchObject({ code: 'bad_input' });
    },
  );

  it('there is one for each job that asks sources, and no job has two', () => {
    const all = [...RECORD_JOBS, ...BAR_JOBS];
    expect(new Set(all).size).toBe(all.length);
    // These two ask none.
    expect(RECORDS_JOBS.filter((job) => !(all as readonly string[]).includes(job))).toEqual(['alerts', 'features']);
  });
});
