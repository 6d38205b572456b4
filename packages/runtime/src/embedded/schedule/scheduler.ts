import { Cron } from 'croner';
import { errorMessage, toIso, type Clock, type SessionDate } from '@aion/core';
import { SCHEDULE } from '@aion/jobs';
import { firingsOf, JOB_NAMES, TIMETABLE, type JobName } from '@aion/jobs/timetable';
import { listFlags, requireFlag } from '@aion/trading';
import { loadCalendar } from '@aion/market';
import { newestFullSession, type RunKind } from '@aion/pipeline';
import type { Embedded } from '../compose-embedded.ts';
import type { Heartbeat } from '@aion/jobs/health';
import { tellFailure } from '../home/night-care.ts';
import { checkDailyRuns, hasSucceeded, dailyTick } from '@aion/jobs/runs';
import { openBillingSource } from '../accounts/billing-source.ts';
import { reconcile } from '@aion/jobs/billing';
import type { LakeWorker } from '../lake-process/lake-worker.ts';
import { repeat } from './repeat.ts';
import type { RunLauncher } from './run-launcher.ts';

/** What a home needs whatever its market does: they go by the wall clock. */
const BY_WALL_CLOCK: ReadonlySet<JobName> = new Set(['billing', 'lake-care']);

const MINUTES_PER_DAY = 24 * 60;

/**
 * Starts the jobs of the timetable, and catches up a daily run that was missed while the machine was
 * off. In a market whose clock is frozen no run starts by itself; the home is cared for all the same.
 */
export async function startScheduler(
  embedded: Embedded,
  launcher: RunLauncher,
  lake: LakeWorker,
  heartbeat: Heartbeat,
  marketClock: Clock,
): Promise<{ stop(): void; jobs: readonly { name: string; next: string | null }[] }> {
  const { asOfMs } = await embedded.profile();
  const frozen = asOfMs !== null;
  const calendar = loadCalendar('NSE');
  const alerted = new Set<SessionDate>();
  const start = (kind: RunKind, sessionDate: SessionDate): Promise<unknown> =>
    launcher.start({ kind, sessionDate, actor: SCHEDULE });
  const runs: Readonly<Record<RunKind, (today: SessionDate) => Promise<unknown>>> = {
    daily: async (today) => {
      const minuteOfDay = calendar.localMinutesAt(marketClock.nowMs()) % MINUTES_PER_DAY;
      const download = (sessionDate: SessionDate): Promise<void> => lake.download(sessionDate);
      await dailyTick(embedded, { today, minuteOfDay, isSession: true, alerted, download, startRun: launcher.start });
    },
    hourly: (today) => start('hourly', today),
    'post-market': (today) => start('post-market', today),
  };
  const told = new Set<SessionDate>();
  const deadMan = async (): Promise<void> => {
    const { overdue } = await checkDailyRuns(embedded);
    for (const sessionDate of overdue.filter((date) => !told.has(date))) {
      told.add(sessionDate);
      await embedded.tellOperator({
        subject: `The daily run for ${sessionDate} is overdue`,
        text: `No daily run of ${sessionDate} has succeeded. Look at its run on /admin: retry a failed one, or import the bars and start it.`,
      });
    }
  };
  const billing = async (): Promise<void> => {
    const source = await openBillingSource(process.env);
    if (source !== undefined) await reconcile(embedded, source);
  };
  let stopped = false;
  const nightCare = async (): Promise<void> => {
    try {
      await lake.careAtNight();
    } catch (error) {
      // What its process does it tells itself; that it could not, or was killed, nobody else would.
      if (!stopped) await tellFailure(embedded, 'the care for the home', error);
    }
  };
  const run = (kind: RunKind) => async (): Promise<void> => {
    await requireFlag(embedded.items, 'scheduled-runs');
    await runs[kind](calendar.dateAt(marketClock.nowMs()));
  };
  const work: Readonly<Record<JobName, (() => Promise<void>) | null>> = {
    daily: run('daily'),
    hourly: run('hourly'),
    'post-market': run('post-market'),
    // On every day, session or not, and whatever the flag of the runs says.
    'dead-man': deadMan,
    'lake-care': nightCare,
    billing,
    // No trainer is built yet.
    retrain: null,
  };
  const guarded = (name: JobName, job: () => Promise<void>) => async (): Promise<void> => {
    try {
      await job();
    } catch (error) {
      embedded.telemetry.log('error', 'a scheduled job failed', { name, error: errorMessage(error) });
    }
  };
  const jobs = JOB_NAMES.flatMap((name) => {
    const job = work[name];
    if (job === null || (frozen && !BY_WALL_CLOCK.has(name))) return [];
    return [repeat(firingsOf(TIMETABLE[name]), calendar, embedded.clock, guarded(name, job))].map((timer) => ({
      name,
      timer,
    }));
  });
  // A schedule whose timers do not come any more must not look like one that has nothing to do.
  heartbeat.expect();
  const beat = new Cron('* * * * *', { protect: true }, () => heartbeat.beat());
  const stop = (): void => {
    stopped = true;
    beat.stop();
    for (const { timer } of jobs) timer.stop();
  };
  try {
    const scheduled = (await listFlags(embedded.items)).find(({ name }) => name === 'scheduled-runs');
    if (!frozen && scheduled?.on === true) await catchUp(embedded, launcher);
  } catch (error) {
    // Its timers would keep a process alive that could not start.
    stop();
    throw error;
  }
  return {
    stop,
    jobs: jobs.map(({ name, timer }) => {
      const nextMs = timer.nextMs();
      return { name, next: nextMs === null ? null : toIso(nextMs) };
    }),
  };
}

/** Starts the daily run of the newest whole session when no run of that session succeeded. */
async function catchUp(embedded: Embedded, launcher: RunLauncher): Promise<void> {
  const choice = await newestFullSession(embedded.ingest, 'NSE');
  if (choice === undefined) return;
  if (await hasSucceeded(embedded, choice.sessionDate)) return;
  await launcher.start({
    kind: 'daily',
    sessionDate: choice.sessionDate,
    actor: { kind: 'schedule', what: 'catch-up' },
  });
}
