import { Cron } from 'croner';
import { errorMessage, type Clock, type SessionDate } from '@aion/core';
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
import type { RunLauncher } from './run-launcher.ts';

/** The jobs of the exchange's day, in exchange time. The daily run is tried again until its bhavcopy is there. */
export const SCHEDULE = [
  {
    name: 'daily',
    pattern: '*/15 18-23 * * *',
    title: 'daily run from 18:30, downloads the bhavcopy and waits for it until 23:00',
  },
  { name: 'hourly', pattern: '20 10-15 * * *', title: 'hourly refinement, five minutes after each hourly bar' },
  { name: 'dead-man', pattern: '50 * * * *', title: 'looks each hour for sessions whose daily run is overdue' },
  {
    name: 'post-market',
    pattern: '40 15 * * *',
    title: "record check and day's report, five minutes after the closing auction",
  },
  { name: 'billing', pattern: '30 3 * * *', title: 'compares every subscription with Stripe, where its key is set' },
  { name: 'night-care', pattern: '0 2 * * *', title: 'joins and sweeps the lake, backs up, each week tries a restore' },
] as const;

/** What a home needs at night whatever its market does: they go by the wall clock. */
const BY_WALL_CLOCK: ReadonlySet<string> = new Set(['billing', 'night-care']);

const MINUTES_PER_DAY = 24 * 60;

/**
 * Starts the jobs at their exchange times, on sessions only, and catches up a daily run that was missed while the machine was
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
  const work = {
    daily: async (today: SessionDate, isSession: boolean): Promise<void> => {
      const minuteOfDay = calendar.localMinutesAt(marketClock.nowMs()) % MINUTES_PER_DAY;
      const download = (sessionDate: SessionDate): Promise<void> => lake.download(sessionDate);
      await dailyTick(embedded, { today, minuteOfDay, isSession, alerted, download, startRun: launcher.start });
    },
    hourly: async (today: SessionDate, isSession: boolean): Promise<void> => {
      if (isSession) await launcher.start({ kind: 'hourly', sessionDate: today, actor: { kind: 'schedule' } });
    },
    'post-market': async (today: SessionDate, isSession: boolean): Promise<void> => {
      if (isSession) await launcher.start({ kind: 'post-market', sessionDate: today, actor: { kind: 'schedule' } });
    },
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
  const guarded = (name: string, job: () => Promise<void>) => async (): Promise<void> => {
    try {
      await job();
    } catch (error) {
      embedded.telemetry.log('error', 'a scheduled job failed', { name, error: errorMessage(error) });
    }
  };
  /** On every day, session or not, and whatever the flag of the runs says. */
  const always = { 'dead-man': deadMan, 'night-care': nightCare, billing };
  const run = (kind: RunKind) =>
    guarded(kind, async () => {
      const today = calendar.dateAt(marketClock.nowMs());
      await requireFlag(embedded.items, 'scheduled-runs');
      await work[kind](today, calendar.covers(today) && calendar.isSession(today));
    });
  const jobs = SCHEDULE.filter(({ name }) => !frozen || BY_WALL_CLOCK.has(name)).map(({ name, pattern }) => ({
    name,
    cron: new Cron(
      pattern,
      { timezone: calendar.timeZone, protect: true },
      name in always ? guarded(name, always[name as keyof typeof always]) : run(name as RunKind),
    ),
  }));
  // A schedule whose timers do not come any more must not look like one that has nothing to do.
  heartbeat.expect();
  const beat = new Cron('* * * * *', { protect: true }, () => heartbeat.beat());
  const stop = (): void => {
    stopped = true;
    for (const cron of [beat, ...jobs.map((job) => job.cron)]) cron.stop();
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
    jobs: jobs.map(({ name, cron }) => ({ name, next: cron.nextRun()?.toISOString() ?? null })),
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
