import { hostname } from 'node:os';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { AppError, DAY_MS, makeFrozenClock } from '@aion/core';
import { importFiles } from '@aion/market';
import { saveRun } from '@aion/pipeline';
import { newFolder, openHome, removeFolders, TESTER } from '../../../../../test/embedded-home.ts';
import { fakeLauncher } from '../../../../../test/served-home.ts';
import type { Embedded } from '../compose-embedded.ts';
import { saveProfile } from '@aion/jobs';
import { prepareRun, decideDaily } from '@aion/jobs/runs';
import { JOB_NAMES, loadJobRecords, runJob } from '@aion/jobs/timetable';
import { setFlag } from '@aion/trading';
import { scheduleHeartbeat } from '../server/embedded-health.ts';
import { makeLakeWorker } from '../lake-process/lake-worker.ts';
import { startScheduler } from './scheduler.ts';

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

  it('starts no run while the market of the home is frozen, and cares for the home all the same', async () => {
    await homeWithBars();
    await saveProfile(home.items, { simulated: true, asOfMs: NOW.nowMs() });
    expect(await jobsAt()).toEqual({ jobs: ['lake-care', 'billing'], requests: [] });
  });

  describe('at night, in a market that is frozen or not', () => {
    afterEach(() => vi.useRealTimers());
    /** 01:59:30 in Mumbai. */
    const BEFORE_CARE = Date.UTC(2026, 1, 27, 20, 29, 30);
    const mails = async (): Promise<string> =>
      JSON.stringify((await home.items.query({ table: 'ephemeral', pk: 'OUTBOX' }, { limit: 10 })).items);
    async function night(careAtNight: () => Promise<void>, asOfMs: number | null) {
      home = openHome(newFolder('scheduler-night'));
      await saveProfile(home.items, { simulated: true, asOfMs });
      vi.useFakeTimers({ now: BEFORE_CARE });
      const lake = { ...makeLakeWorker(home), careAtNight };
      const scheduler = await startScheduler(home, fakeLauncher(), lake, scheduleHeartbeat(home), NOW);
      await vi.advanceTimersByTimeAsync(60_000);
      return scheduler;
    }

    it.each([NOW.nowMs(), null])('cares for the home by the wall clock (market frozen at %s)', async (asOfMs) => {
      let times = 0;
      (await night(async () => void times++, asOfMs)).stop();
      expect(times).toBe(1);
    });

    it('tells the operator when the process that did it was killed', async () => {
      const killed = (): Promise<void> => Promise.reject(new AppError('conflict', 'its process was ended by SIGKILL'));
      (await night(killed, null)).stop();
      expect(await mails()).toMatch(/The care for the home of this night failed.*SIGKILL/);
    });

    it('tells nobody that it was ended because the product stops', async () => {
      let end: () => void = () => undefined;
      const stopping = new Promise<void>((_, reject) => {
        end = () => reject(new AppError('conflict', 'the server is stopping'));
      });
      (await night(() => stopping, null)).stop();
      end();
      await vi.advanceTimersByTimeAsync(1000);
      expect(await mails()).toBe('[]');
    });
  });

  it('with a live clock has every job of the schedule and catches up the daily run that was missed', async () => {
    await homeWithBars();
    expect(await jobsAt()).toEqual({
      jobs: JOB_NAMES.filter((name) => name !== 'retrain'),
      requests: [
        { kind: 'daily', exchange: 'NSE', sessionDate: '2026-02-27', actor: { kind: 'schedule', what: 'catch-up' } },
      ],
    });
  });

  it('does not catch up what succeeded, and does what failed or was interrupted', async () => {
    await homeWithBars();
    const run = await prepareRun(home, { kind: 'daily', actor: TESTER });
    for (const status of ['failed', 'interrupted'] as const) {
      await saveRun(home.items, { ...run, status });
      expect((await jobsAt()).requests).toHaveLength(1);
    }
    await saveRun(home.items, { ...run, status: 'succeeded' });
    expect((await jobsAt()).requests).toEqual([]);
  });

  it('catches up what came due while the machine was off, once, and what failed again', async () => {
    home = openHome(newFolder('scheduler-slept'));
    const lastWeek = home.clock.nowMs() - 7 * DAY_MS;
    const seed = { market: 'NSE', dueMs: lastWeek } as const;
    await runJob(home, { ...seed, job: 'lake-care' }, home.clock, async () => ({ done: true }));
    await runJob(home, { ...seed, job: 'billing' }, home.clock, async () => ({ done: true }));
    let [times, fails] = [0, true];
    const careAtNight = async (): Promise<void> => {
      times++;
      if (fails) throw new AppError('no_space', 'planted');
    };
    const lake = { ...makeLakeWorker(home), careAtNight };
    const start = async (): Promise<void> => {
      const scheduler = await startScheduler(home, fakeLauncher(), lake, scheduleHeartbeat(home), NOW);
      await scheduler.caughtUp;
      scheduler.stop();
    };
    const care = async () => (await loadJobRecords(home.items, 'NSE')).get('lake-care');
    await start();
    expect(await care()).toMatchObject({ outcome: 'failed', error: 'planted', succeededDueMs: lastWeek });
    // The next start was killed in the middle of it.
    const cutOff = { ...home, owner: { ...home.owner, name: `${hostname()}:999999999:1` } };
    const dueMs = (await care())!.dueMs;
    void runJob(cutOff, { market: 'NSE', job: 'lake-care', dueMs }, home.clock, () => new Promise(() => undefined));
    while ((await care())?.outcome !== 'running') await Promise.resolve();
    fails = false;
    await start();
    expect(await care()).toMatchObject({ outcome: 'done', error: null, failures: 0 });
    await start();
    expect(times).toBe(2);
    expect((await loadJobRecords(home.items, 'NSE')).get('billing')).toMatchObject({
      outcome: 'done',
      figures: { billing: 'off: it has no key' },
    });
  });

  it('runs the session whose bars come only when the machine is on again', async () => {
    home = openHome(newFolder('scheduler-late-bars'));
    await saveProfile(home.items, { simulated: false, asOfMs: null });
    // The next morning: last evening the bars were waited for until the machine went off.
    const morning = makeFrozenClock(Date.parse('2026-02-28T03:00:00Z'));
    const dueMs = Date.parse('2026-02-27T12:55:00Z');
    const firing = { market: 'NSE', job: 'session-bars', dueMs } as const;
    await runJob(home, firing, morning, async () => ({ done: false }));
    const brought: string[] = [];
    const lake = {
      ...makeLakeWorker(home),
      async records(job: string, date: string) {
        brought.push(`${job} ${date}`);
        await importFiles(home.ingest, [{ name: 'bars.csv', read: async () => new TextEncoder().encode(CSV) }]);
        return { figures: {} };
      },
    };
    const launcher = fakeLauncher();
    const scheduler = await startScheduler(home, launcher, lake, scheduleHeartbeat(home), morning);
    await scheduler.caughtUp;
    scheduler.stop();
    expect(brought).toEqual(['session-bars 2026-02-27']);
    expect(launcher.requests).toMatchObject([{ kind: 'daily', sessionDate: '2026-02-27' }]);
  });

  it('keeps how each run of the schedule went, and lets an administrator pause them', async () => {
    await homeWithBars();
    const at = Date.parse('2026-02-27T10:06:00Z');
    const market = makeFrozenClock(at);
    vi.useFakeTimers({ now: at - 70_000, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const launcher = fakeLauncher();
    const report = async () => (await loadJobRecords(home.items, 'NSE')).get('post-market');
    const scheduler = await startScheduler(home, launcher, makeLakeWorker(home), scheduleHeartbeat(home), market);
    const pass = async (until: () => Promise<boolean>): Promise<void> => {
      for (let second = 0; second < 600; second++) {
        if (await until()) return;
        await vi.advanceTimersByTimeAsync(1000);
      }
      expect.unreachable('ten minutes have passed');
    };
    await pass(async () => (await report())?.outcome === 'failed');
    vi.useRealTimers();
    scheduler.stop();
    // At 15:35 both are due: five minutes after the close, and after the last hourly bar.
    expect(launcher.requests.map(({ kind }) => kind)).toEqual(['daily', 'hourly', 'post-market']);
    for (const request of launcher.requests.slice(1))
      expect(request).toMatchObject({ sessionDate: '2026-02-27', actor: { kind: 'schedule' } });
    // The launcher of this test starts nothing: there is no run to have succeeded.
    expect(await report()).toMatchObject({ dueMs: Date.parse('2026-02-27T10:05:00Z'), failures: 1 });

    await setFlag(home.items, home.clock, 'scheduled-runs', {
      on: false,
      reason: 'a look at the data',
      by: 'admin@aion.test',
    });
    const paused = await startScheduler(home, launcher, makeLakeWorker(home), scheduleHeartbeat(home), market);
    await paused.caughtUp;
    paused.stop();
    expect(launcher.requests).toHaveLength(3);
    expect(await report()).toMatchObject({ failures: 1 });
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
