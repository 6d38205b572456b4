import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { DAY_MS, makeFrozenClock } from '@aion/core';
import { setFlag } from '@aion/trading';
import { newFolder, openHome, removeFolders } from '../../../../test/embedded-home.ts';
import { saveProfile } from '../market-profile.ts';
import type { Host } from '../host.ts';
import { runJob } from '../timetable/index.ts';
import { whyRunsAreHeld } from './runs-held.ts';
import { watchJobs } from './watch-jobs.ts';

/** After midnight in Mumbai: the daily run of the 27th should have succeeded. */
const NOW = makeFrozenClock(Date.parse('2026-02-28T00:30:00+05:30'));
let home: Host & { close(): void };
beforeEach(async () => {
  home = openHome(newFolder('watch-jobs'));
  await saveProfile(home.items, { simulated: true, asOfMs: NOW.nowMs() });
  const lastWeek = NOW.nowMs() - 7 * DAY_MS;
  for (const job of ['hourly', 'news'] as const)
    await runJob(home, { market: 'NSE', job, dueMs: lastWeek }, NOW, async () => ({ done: true }));
});
afterEach(() => home.close());
afterAll(removeFolders);

const overdue = async () => {
  const { sessions, jobs } = await watchJobs(home, 'NSE', ['daily', 'hourly', 'news'], { wall: NOW, market: NOW });
  return { sessions, jobs: jobs.map(({ job }) => job) };
};
const FLAG = { table: 'product', pk: 'FLAGS', sk: 'scheduled-runs' } as const;

it('names sessions and jobs that are overdue, and no run that an administrator holds', async () => {
  expect(await overdue()).toEqual({ sessions: ['2026-02-27'], jobs: ['hourly', 'news'] });
  const change = { on: false, reason: 'a look at the data', by: 'admin@aion.test' };
  await setFlag(home.items, home.clock, 'scheduled-runs', change);
  expect(await whyRunsAreHeld(home)).toContain('a look at the data');
  expect(await overdue()).toEqual({ sessions: [], jobs: ['news'] });
  await setFlag(home.items, home.clock, 'scheduled-runs', { ...change, on: true });
  expect(await whyRunsAreHeld(home)).toBeNull();
  expect((await overdue()).jobs).toContain('hourly');
});

it('holds runs where nobody can read whether they may start', async () => {
  await home.items.put({ ...FLAG, v: 1, body: { on: 'perhaps' } });
  expect(await whyRunsAreHeld(home)).toContain('aion flag set');
  expect((await overdue()).sessions).toEqual([]);
});
