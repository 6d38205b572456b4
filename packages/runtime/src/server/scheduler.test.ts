import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { makeFrozenClock } from '@aion/core';
import { importFiles } from '@aion/market';
import { saveRun } from '@aion/pipeline';
import { newFolder, openHome, removeFolders } from '../../../../test/embedded-home.ts';
import { fakeLauncher } from '../../../../test/served-home.ts';
import type { Embedded } from '../compose-embedded.ts';
import { saveProfile } from '../home/market-profile.ts';
import { prepareRun } from '../runs/run-job.ts';
import { decideDaily } from '../runs/decide-daily.ts';
import { scheduleHeartbeat } from './embedded-health.ts';
import { makeLakeWorker } from './lake-worker.ts';
import { SCHEDULE, startScheduler } from './scheduler.ts';

const CSV = 'symbol,date,open,high,low,close,volume\nALPHA,2026-02-27,10,11,9,10.5,1000\n';
const NOW = makeFrozenClock(Date.UTC(2026, 1, 27, 14));
let home: Embedded;
afterAll(removeFolders);

async function homeWithBars(): Promise<void> {
  home = openHome(newFolder('scheduler'));
  await importFiles(home.ingest, [{ name: 'bars.csv', read: async () => new TextEncoder().encode(CSV) }]);
}
async function jobsAt(): Promise<{ jobs: readonly string[]; requests: unknown[] }> {
  const launcher = fakeLauncher();
  const scheduler = await startScheduler(home, launcher, makeLakeWorker(home), scheduleHeartbeat(home), NOW);
  scheduler.stop();
  for (const job of scheduler.jobs) expect(Date.parse(job.next!)).toBeGreaterThan(0);
  return { jobs: scheduler.jobs.map(({ name }) => name), requests: launcher.requests };
}

describe('the scheduler', () => {
  afterEach(() => home.close());

  it('has no jobs and starts nothing while the clock of the home is frozen', async () => {
    await homeWithBars();
    await saveProfile(home.items, { simulated: true, asOfMs: NOW.nowMs() });
    expect(await jobsAt()).toEqual({ jobs: [], requests: [] });
  });

  it('with a live clock has every job of the schedule and catches up the daily run that was missed', async () => {
    await homeWithBars();
    expect(await jobsAt()).toEqual({
      jobs: SCHEDULE.map(({ name }) => name),
      requests: [{ kind: 'daily', sessionDate: '2026-02-27', triggeredBy: 'catch-up' }],
    });
  });

  it('does not catch up what succeeded, and does what failed or was interrupted', async () => {
    await homeWithBars();
    const run = await prepareRun(home, { kind: 'daily', triggeredBy: 'test' });
    for (const status of ['failed', 'interrupted'] as const) {
      await saveRun(home.items, { ...run, status });
      expect((await jobsAt()).requests).toHaveLength(1);
    }
    await saveRun(home.items, { ...run, status: 'succeeded' });
    expect((await jobsAt()).requests).toEqual([]);
  });

  it('has nothing to catch up in an empty home', async () => {
    home = openHome(newFolder('scheduler-empty'));
    expect((await jobsAt()).requests).toEqual([]);
  });
});

describe('the daily job', () => {
  const evening = { minuteOfDay: 19 * 60, isSession: true, barsAreWhole: true, succeeded: false };
  it.each([
    ['start', {}],
    ['no_session', { isSession: false }],
    ['too_early', { minuteOfDay: 18 * 60 + 15 }],
    ['start', { minuteOfDay: 18 * 60 + 30 }],
    ['done', { succeeded: true }],
    ['wait', { barsAreWhole: false }],
    ['wait', { barsAreWhole: false, minuteOfDay: 22 * 60 + 45 }],
    ['missed', { barsAreWhole: false, minuteOfDay: 23 * 60 }],
    ['start', { minuteOfDay: 23 * 60 + 30 }],
  ] as const)('says %s with %o', (decision, now) => {
    expect(decideDaily({ ...evening, ...now })).toBe(decision);
  });
});
