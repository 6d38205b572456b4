import { clockOf } from '@aion/jobs';
import { jobStatuses, type JobStatus } from '@aion/jobs/timetable';
import type { Embedded } from '../compose-embedded.ts';
import { activeJobs } from './active-jobs.ts';

/** How each job of the timetable stands in this home. */
export async function jobsOf(embedded: Embedded): Promise<JobStatus[]> {
  const profile = await embedded.profile();
  const clocks = { wall: embedded.clock, market: clockOf(profile, embedded.clock) };
  return jobStatuses(embedded, 'NSE', activeJobs(profile), clocks);
}
