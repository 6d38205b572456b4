import type { Exchange, SessionDate } from '@aion/core';
import type { Host } from '../host.ts';
import { overdueSessions } from '../runs/overdue-sessions.ts';
import { doesOf, overdueJobs, type JobClocks, type JobName, type OverdueJob } from '../timetable/index.ts';
import { whatHoldsRuns } from './runs-held.ts';

export interface Overdue {
  /** Sessions whose daily run should have succeeded by now. */
  readonly sessions: readonly SessionDate[];
  readonly jobs: readonly OverdueJob[];
}

/**
 * What is overdue of an exchange: daily runs by their sessions, whatever the reason (a failed run, a schedule that never fired, bars that never
 * came), and everything else by the timetable. Runs that somebody switched off are not owed; runs that are held because nobody can read the flag are.
 * Both gauges are set each time, so that silence is an alarm as well.
 *
 * @param jobs those that this host does
 */
export async function watchJobs(
  host: Host,
  exchange: Exchange,
  jobs: readonly JobName[],
  clocks: JobClocks,
): Promise<Overdue> {
  const held = await whatHoldsRuns(host);
  const owesNone = held?.byDecision === true;
  if (held !== null)
    host.telemetry.log(owesNone ? 'info' : 'error', owesNone ? 'runs are held: none is owed' : 'runs are held', {
      ...held,
    });
  const asked = jobs.filter((name) => name !== 'daily' && !(owesNone && doesOf(name, 'run')));
  const late = await overdueJobs(host, exchange, asked, clocks);
  host.telemetry.gauge('jobs_overdue', late.length);
  const sessions = owesNone ? [] : await overdueSessions(host, exchange);
  host.telemetry.gauge('daily_run_overdue', sessions.length);
  if (sessions.length > 0) host.telemetry.log('error', 'a daily run is overdue', { sessions });
  if (late.length > 0) host.telemetry.log('error', 'jobs are overdue', { jobs: late });
  return { sessions, jobs: late };
}
