import type { Exchange } from '@aion/core';
import type { Host } from '../host.ts';
import { clockOf } from '../market-profile.ts';
import { jobStatuses, type JobStatus } from '../timetable/index.ts';
import { activeJobs } from './active-jobs.ts';

/** How each job of the timetable stands on a machine that does them all. */
export async function jobsOf(
  host: Pick<Host, 'items' | 'clock' | 'profile'>,
  exchange: Exchange,
): Promise<JobStatus[]> {
  const profile = await host.profile();
  const clocks = { wall: host.clock, market: clockOf(profile, host.clock) };
  return jobStatuses(host, exchange, activeJobs(profile), clocks);
}
