import { clockOf } from '@aion/jobs';
import { jobStatuses, type JobStatus } from '@aion/jobs/timetable';
import type { Embedded } from '../compose-embedded.ts';
import { activeJobs } from './active-jobs.ts';

/** How each job of the timetable stands in this home. */
export async function jobsOf(embedded: Embedded): Promise<JobStatus[]> {
  const profile = await embedded.profile();
  // What goes on while the market stands still goes by the wall clock.
  return jobStatuses(
    embedded,
    'NSE',
    activeJobs(profile),
    profile.asOfMs === null ? clockOf(profile, embedded.clock) : embedded.clock,
  );
}
