import { errorFields, type EpochMs } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { newestFullSession } from '@aion/pipeline';
import type { Host } from '../host.ts';
import { hasSucceeded } from '../runs/prepare-execution.ts';
import { clockOfJob, doesOf, lastUpTo, runJob, TIMETABLE, type JobName } from '../timetable/index.ts';
import { activeJobs } from './active-jobs.ts';
import { missedJobs } from './missed-jobs.ts';
import { whatHoldsRuns } from './runs-held.ts';
import { jobWorks, type JobTools } from './works.ts';

/** What one machine does by the timetable, whoever keeps its time. */
export interface Schedule {
  /** The jobs that this machine does in this market. */
  readonly jobs: readonly JobName[];
  /** Does a job for the newest instant up to now, or up to `dueMs` where that is later, at which it was due. What goes wrong is kept with the job. */
  fire(name: JobName, dueMs?: EpochMs): Promise<void>;
  /** Starts the daily run of the newest whole session when none of that session succeeded. */
  catchUpDaily(): Promise<void>;
  /** Does what came due while the machine was off, once each, and then the daily run whose bars came only with it. */
  catchUp(): Promise<void>;
}

/**
 * The schedule of one machine, over what the jobs are done with.
 *
 * @param isStopping whether the product is being stopped: what ends then has not failed, and is taken up again with the next start
 */
export async function makeSchedule(host: Host, tools: JobTools, isStopping: () => boolean): Promise<Schedule> {
  const { exchange } = tools;
  const calendar = loadCalendar(exchange);
  const clocks = { wall: host.clock, market: tools.marketClock };
  const works = jobWorks(host, tools);
  const jobs = [...activeJobs(await host.profile())].filter((name) => works[name] !== null);

  const areRunsHeld = async (what: string): Promise<boolean> => {
    const held = await whatHoldsRuns(host);
    if (held !== null) host.telemetry.log(held.byDecision ? 'info' : 'error', 'runs are held', { what, ...held });
    return held !== null;
  };
  const fire = async (name: JobName, atMs: EpochMs = 0): Promise<void> => {
    try {
      const clock = clockOfJob(name, clocks);
      const dueMs = lastUpTo(TIMETABLE[name].beat, calendar, Math.max(atMs, clock.nowMs()));
      const work = works[name];
      if (dueMs === null || work === null) return;
      if (doesOf(name, 'run') && (await areRunsHeld(name))) return;
      await runJob(host, { market: exchange, job: name, dueMs }, clock, () => work(calendar.dateAt(dueMs)));
    } catch (error) {
      if (!isStopping()) host.telemetry.log('error', 'a scheduled job failed', { name, ...errorFields(error) });
    }
  };
  const catchUpDaily = async (): Promise<void> => {
    const choice = await newestFullSession(host.ingest, exchange);
    if (choice === undefined || (await hasSucceeded(host, exchange, choice.sessionDate))) return;
    if (await areRunsHeld('catch-up')) return;
    const actor = { kind: 'schedule', what: 'catch-up' } as const;
    await tools.runs.start({ kind: 'daily', exchange, sessionDate: choice.sessionDate, actor });
  };
  return {
    ...{ jobs, fire, catchUpDaily },
    async catchUp() {
      const late = await missedJobs(host, exchange, jobs, clocks);
      for (const name of late) if (!isStopping()) await fire(name);
      // Bars that came only now have no run yet.
      if (late.includes('session-bars') && !isStopping()) await catchUpDaily();
    },
  };
}
