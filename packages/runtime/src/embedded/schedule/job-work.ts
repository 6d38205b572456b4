import { AppError, type Clock, type ItemTable, type SessionDate } from '@aion/core';
import { SCHEDULE } from '@aion/jobs';
import { reconcile } from '@aion/jobs/billing';
import { checkDailyRuns, dailyTick } from '@aion/jobs/runs';
import type { RecordsJob } from '@aion/jobs/sources';
import { overdueJobs, tellOverdue, type JobName, type JobResult } from '@aion/jobs/timetable';
import { loadCalendar } from '@aion/market';
import { loadRun, newestFullSession, type RunKind } from '@aion/pipeline';
import { listFlags } from '@aion/trading';
import { openBillingSource } from '../accounts/billing-source.ts';
import type { Embedded } from '../compose-embedded.ts';
import { activeJobs } from './active-jobs.ts';
import { tellFailure } from '../home/night-care.ts';
import type { LakeWorker } from '../lake-process/lake-worker.ts';
import type { RunLauncher } from './run-launcher.ts';

export interface JobTools {
  readonly embedded: Embedded;
  readonly launcher: RunLauncher;
  readonly lake: LakeWorker;
  readonly marketClock: Clock;
  /** Whether the product is being stopped: what ends then has not failed. */
  readonly isStopping: () => boolean;
}

/** What a job does for the date on which it is due. */
export type JobWork = (date: SessionDate) => Promise<JobResult>;

const MINUTES_PER_DAY = 24 * 60;
const RUN_JOBS: ReadonlySet<JobName> = new Set<JobName>(['daily', 'hourly', 'post-market']);

/** Whether an administrator has paused the scheduled runs. */
export async function areRunsPaused(items: ItemTable): Promise<boolean> {
  return (await listFlags(items)).some(({ name, on }) => name === 'scheduled-runs' && !on);
}

/** Jobs that are runs, which an administrator can pause. */
export const isRun = (name: JobName): name is RunKind => RUN_JOBS.has(name);

/** What this host does for each job of the timetable; null where there is nothing to do yet. */
export function jobWork(tools: JobTools): Readonly<Record<JobName, JobWork | null>> {
  const { embedded, lake, isStopping } = tools;
  return {
    daily: dailyWork(tools),
    hourly: runWork(tools, 'hourly'),
    'post-market': runWork(tools, 'post-market'),
    'pre-market': recordsWork(tools, 'pre-market'),
    'session-bars': recordsWork(tools, 'session-bars'),
    intraday: recordsWork(tools, 'intraday'),
    news: recordsWork(tools, 'news'),
    social: recordsWork(tools, 'social'),
    options: recordsWork(tools, 'options'),
    records: recordsWork(tools, 'records'),
    alerts: recordsWork(tools, 'alerts'),
    features: recordsWork(tools, 'features'),
    'dead-man': deadManWork(tools),
    'lake-care': async () => {
      try {
        await lake.careAtNight();
      } catch (error) {
        // What its process does it tells itself; that it could not, or was killed, nobody else would.
        if (!isStopping()) await tellFailure(embedded, 'the care for the home', error);
        throw error;
      }
      return { done: true };
    },
    billing: async () => {
      const source = await openBillingSource(process.env);
      if (source === undefined) return { done: true, figures: { billing: 'off: it has no key' } };
      const { checked, changed, failed } = await reconcile(embedded, source);
      return { done: true, figures: { checked, changed: changed.length, failed: failed.length } };
    },
    // No trainer is built yet.
    retrain: null,
  };
}

/** Starts a run and waits for its end: a job is done when its run has succeeded. */
function runWork({ embedded, launcher }: JobTools, kind: RunKind): JobWork {
  return async (sessionDate) => {
    // A home without bars has nothing to refine or report yet, and nobody needs to be told.
    if ((await newestFullSession(embedded.ingest, 'NSE')) === undefined)
      return { done: true, figures: { run: 'no bars are stored yet' } };
    const { runId } = await launcher.start({ kind, sessionDate, actor: SCHEDULE });
    await launcher.ended(runId);
    const { run } = await loadRun(embedded.items, runId);
    if (run.status === 'succeeded') return { done: true, figures: { run: runId } };
    throw new AppError('missing_data', `its run ${runId} ${run.status}: ${run.error ?? 'it does not say why'}`);
  };
}

const recordsWork =
  ({ lake }: JobTools, job: RecordsJob): JobWork =>
  async (date) => ({ done: true, ...(await lake.records(job, date)) });

/** Looks again with each firing: it starts the run when its bars are whole, and is done when the run has succeeded. */
function dailyWork({ embedded, launcher, marketClock }: JobTools): JobWork {
  const alerted = new Set<SessionDate>();
  return async (today) => {
    const minuteOfDay = loadCalendar('NSE').localMinutesAt(marketClock.nowMs()) % MINUTES_PER_DAY;
    const tick = { today, minuteOfDay, isSession: true, alerted, startRun: launcher.start };
    const decision = await dailyTick(embedded, tick);
    return { done: decision === 'done', figures: { decision } };
  };
}

/** Tells of what is overdue: the daily run by its sessions, everything else by the timetable. */
function deadManWork({ embedded, marketClock }: JobTools): JobWork {
  const told = new Set<SessionDate>();
  return async () => {
    const { overdue } = await checkDailyRuns(embedded);
    for (const sessionDate of overdue.filter((date) => !told.has(date))) {
      told.add(sessionDate);
      await embedded.tellOperator({
        subject: `The daily run for ${sessionDate} is overdue`,
        text: `No daily run of ${sessionDate} has succeeded. Look at its run on /admin: retry a failed one, or import the bars and start it.`,
      });
    }
    // Runs that an administrator has paused are not owed.
    const paused = await areRunsPaused(embedded.items);
    const active = [...activeJobs(await embedded.profile())];
    const others = active.filter((name) => name !== 'daily' && !(paused && isRun(name)));
    const clocks = { wall: embedded.clock, market: marketClock };
    const late = await overdueJobs(embedded, 'NSE', others, clocks);
    await tellOverdue(embedded, late, clocks);
    return { done: true, figures: { overdue: overdue.length + late.length } };
  };
}
