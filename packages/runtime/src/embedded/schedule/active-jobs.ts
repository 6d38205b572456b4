import { clockKindOf, type MarketProfile } from '@aion/jobs';
import { isByWallClock, JOB_NAMES, type JobName } from '@aion/jobs/timetable';

/** The jobs that this host does: in a market whose clock stands still those alone that go by the wall clock. No trainer is built yet. */
export function activeJobs(profile: Pick<MarketProfile, 'asOfMs' | 'played'>): ReadonlySet<JobName> {
  const stands = clockKindOf(profile) === 'frozen';
  return new Set(JOB_NAMES.filter((name) => name !== 'retrain' && (!stands || isByWallClock(name))));
}
