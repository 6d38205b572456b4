import { AppError, type Clock, type Exchange, type SessionDate } from '@aion/core';
import type { BillingSource } from '@aion/accounts';
import { loadCalendar } from '@aion/market';
import { loadRun, newestFullSession } from '@aion/pipeline';
import { SCHEDULE } from '../actor.ts';
import { billingFigures, reconcile } from '../billing/reconcile.ts';
import type { Host } from '../host.ts';
import { dailyTick } from '../runs/daily-tick.ts';
import type { RunRequest } from '../runs/execute-run.ts';
import type { RecordsDone } from '../sources/records-by-schedule.ts';
import type { RecordsJob } from '../sources/records-job.ts';
import { tellOverdue, type JobName, type JobResult, type JobThat } from '../timetable/index.ts';
import { activeJobs } from './active-jobs.ts';
import { watchJobs } from './watch-jobs.ts';

/** How a host starts runs, each in a process of its own. */
export interface RunStarter {
  start(request: RunRequest): Promise<{ readonly runId: string }>;
  /** Resolves when the process of a run has ended. */
  ended(runId: string): Promise<void>;
}

/** What the jobs of one machine are done with. */
export interface JobTools {
  readonly exchange: Exchange;
  /** The clock that the market's jobs go by. */
  readonly marketClock: Clock;
  readonly runs: RunStarter;
  /** Does a job that asks sources, or makes something of what they gave. */
  readonly records: (job: RecordsJob, date: SessionDate) => Promise<RecordsDone>;
  /** The night's care for the home. */
  readonly careAtNight: () => Promise<void>;
  /** Stripe; undefined where it has no key. */
  readonly openBilling: () => Promise<BillingSource | undefined>;
}

/** What a job does for the date on which it is due. */
export type JobWork = (date: SessionDate) => Promise<JobResult>;

const MINUTES_PER_DAY = 24 * 60;

/** What one machine does for each job of the timetable; null where there is nothing to do yet. */
export function jobWorks(host: Host, tools: JobTools): Readonly<Record<JobName, JobWork | null>> {
  const records = (job: RecordsJob): JobWork => {
    return async (date) => ({ done: true, ...(await tools.records(job, date)) });
  };
  return {
    daily: dailyWork(host, tools),
    hourly: runWork(host, tools, 'hourly'),
    'post-market': runWork(host, tools, 'post-market'),
    'pre-market': records('pre-market'),
    'session-bars': records('session-bars'),
    intraday: records('intraday'),
    news: records('news'),
    social: records('social'),
    options: records('options'),
    records: records('records'),
    alerts: records('alerts'),
    features: records('features'),
    'dead-man': watchWork(host, tools),
    'lake-care': async () => {
      await tools.careAtNight();
      return { done: true };
    },
    billing: async () => {
      const source = await tools.openBilling();
      if (source === undefined) return { done: true, figures: { billing: 'off: it has no key' } };
      return { done: true, figures: billingFigures(await reconcile(host, source)) };
    },
    retrain: null,
  };
}

/** Starts a run and waits for its end: a job is done when its run has succeeded. */
function runWork(host: Host, { exchange, runs }: JobTools, kind: JobThat<'run'>): JobWork {
  return async (sessionDate) => {
    // A home without bars has nothing to refine or report yet, and nobody needs to be told.
    if ((await newestFullSession(host.ingest, exchange)) === undefined)
      return { done: true, figures: { run: 'no bars are stored yet' } };
    const { runId } = await runs.start({ kind, exchange, sessionDate, actor: SCHEDULE });
    await runs.ended(runId);
    const { run } = await loadRun(host.items, runId);
    if (run.status === 'succeeded') return { done: true, figures: { run: runId } };
    throw new AppError('missing_data', `its run ${runId} ${run.status}: ${run.error ?? 'it does not say why'}`);
  };
}

/** Looks again with each firing: it starts the run when its bars are whole, and is done when the run has succeeded. */
function dailyWork(host: Host, { exchange, runs, marketClock }: JobTools): JobWork {
  const alerted = new Set<SessionDate>();
  return async (today) => {
    const minuteOfDay = loadCalendar(exchange).localMinutesAt(marketClock.nowMs()) % MINUTES_PER_DAY;
    const tick = { exchange, today, minuteOfDay, isSession: true, alerted, startRun: runs.start };
    const decision = await dailyTick(host, tick);
    return { done: decision === 'done', figures: { decision } };
  };
}

/** Tells of what is overdue, each session and each job once. */
function watchWork(host: Host, { exchange, marketClock }: JobTools): JobWork {
  const told = new Set<SessionDate>();
  return async () => {
    const clocks = { wall: host.clock, market: marketClock };
    const { sessions, jobs } = await watchJobs(host, exchange, [...activeJobs(await host.profile())], clocks);
    for (const sessionDate of sessions.filter((date) => !told.has(date))) {
      told.add(sessionDate);
      await host.tellOperator({
        subject: `The daily run for ${sessionDate} is overdue`,
        text: `No daily run of ${sessionDate} has succeeded. Look at its run on /admin: retry a failed one, or import the bars and start it.`,
      });
    }
    await tellOverdue(host, jobs, clocks);
    return { done: true, figures: { overdue: sessions.length + jobs.length } };
  };
}
