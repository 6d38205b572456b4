import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { loadJobRecords } from '@aion/jobs/timetable';
import { newFolder, openHome, removeFolders } from '../../../../test/embedded-home.ts';
import type { Embedded } from '../embedded/compose-embedded.ts';
import { scheduledJob } from './scheduled-job.ts';

let home: Embedded;
beforeEach(() => void (home = openHome(newFolder('scheduled-job'))));
afterEach(() => home.close());
afterAll(removeFolders);

const record = async () => (await loadJobRecords(home.items, 'NSE')).get('billing');

it('is done once for an instant that the schedule delivers twice, late or not, and again by hand', async () => {
  let times = 0;
  const call = (event: unknown) =>
    scheduledJob(home, 'billing', event, async () => ({ answer: { times: ++times }, figures: { times } }));
  // 03:30 in Mumbai.
  expect(await call({ dueAt: '2026-02-26T22:00:00Z' })).toEqual({ times: 1 });
  expect(await call({ dueAt: '2026-02-26T22:00:00Z' })).toEqual({ skipped: 'it has been done' });
  expect(await call({ dueAt: '2026-02-26T22:00:37Z' })).toEqual({ skipped: 'it has been done' });
  expect(await record()).toMatchObject({ dueMs: Date.parse('2026-02-26T22:00:00Z'), figures: { times: 1 } });
  expect(await call({ dueAt: '2026-02-27T22:00:00Z' })).toEqual({ times: 2 });
  expect(await call({})).toEqual({ times: 3 });
  expect(await call(undefined)).toEqual({ times: 4 });
});

it('that fails throws, so that it is delivered again, and is done then', async () => {
  const event = { dueAt: '2026-02-26T22:00:00Z' };
  const fail = () => scheduledJob(home, 'billing', event, () => Promise.reject(new Error('planted')));
  await expect(fail()).rejects.toThrow('planted');
  expect(await record()).toMatchObject({ outcome: 'failed', error: 'planted' });
  expect(await scheduledJob(home, 'billing', event, async () => ({ answer: { ok: true }, figures: {} }))).toEqual({
    ok: true,
  });
});

it('that was cut off is done by its repetition', async () => {
  const event = { dueAt: '2026-02-26T22:00:00Z' };
  void scheduledJob(home, 'billing', event, () => new Promise<never>(() => undefined));
  while ((await record())?.outcome !== 'running') await Promise.resolve();
  expect(await scheduledJob(home, 'billing', event, async () => ({ answer: { ok: true }, figures: {} }))).toEqual({
    ok: true,
  });
  expect(await record()).toMatchObject({ outcome: 'done' });
});

it('refuses an instant that is none', async () => {
  await expect(
    scheduledJob(home, 'billing', { dueAt: 'soon' }, () => Promise.reject(new Error('never'))),
  ).rejects.toMatchObject({ code: 'bad_input', message: expect.stringContaining('dueAt') as string });
});
