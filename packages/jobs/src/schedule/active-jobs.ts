import { clockKindOf, type MarketProfile } from '../market-profile.ts';
import { doesOf, JOB_NAMES, TIMETABLE, type JobName } from '../timetable/index.ts';

/** The jobs that one machine does: in a market whose clock stands still those alone that go by the wall clock. */
export function activeJobs(profile: Pick<MarketProfile, 'asOfMs' | 'played'>): ReadonlySet<JobName> {
  const stands = clockKindOf(profile) === 'frozen';
  return new Set(
    JOB_NAMES.filter((name) => !doesOf(name, 'training') && (!stands || TIMETABLE[name].clock === 'wall')),
  );
}
