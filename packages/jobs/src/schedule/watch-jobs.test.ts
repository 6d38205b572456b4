import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { AppError, DAY_MS, makeFrozenClock } from '@aion/core';
import { setFlag } from '@aion/trading';
import { newFolder, openHome, removeFolders } from '../../../../test/embedded-home.ts';
import { saveProfile } from '../market-profile.ts';
import type { Host } from '../host.ts';
import { runJob } from '../timetable/index.ts';
import { whatHoldsRuns } from './runs-held.ts';
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
  expect(await whatHoldsRuns(home)).toMatchObject({
    byDecision: true,
    why: expect.stringContaining('a look at the data') as string,
  });
  expect(await overdue()).toEqual({ sessions: [], jobs: ['news'] });
  await setFlag(home.items, home.clock, 'scheduled-runs', { ...change, on: true });
  expect(await whatHoldsRuns(home)).toBeNull();
  expect((await overdue()).jobs).toContain('hourly');
});

it.each([
  ['damaged', { v: 1, body: { on: 'perhaps' } }],
  ['of a newer program', { v: 2, body: { on: true } }],
])('holds runs whose flag is %s, and misses them: nobody decided it', async (_what, item) => {
  await home.items.put({ ...FLAG, ...item });
  expect(await whatHoldsRuns(home)).toMatchObject({ byDecision: false });
  expect(await overdue()).toEqual({ sessions: ['2026-02-27'], jobs: ['hourly', 'news'] });
});

it('takes a store that does not answer for no decision', async () => {
  const locked = new AppError('unavailable', 'state.db is locked', { audience: 'operator' });
  const items = { ...home.items, get: () => Promise.reject(locked) };
  await expect(whatHoldsRuns({ items })).rejects.toBe(locked);
});
