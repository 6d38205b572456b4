import type { MarketProfile } from '@aion/jobs';
import { JOB_NAMES, type JobName } from '@aion/jobs/timetable';

/** What a home needs whatever its market does: they go by the wall clock. */
const BY_WALL_CLOCK: ReadonlySet<JobName> = new Set(['billing', 'lake-care']);

/** The clock that a job goes by. */
export const isByWallClock = (name: JobName): boolean => BY_WALL_CLOCK.has(name);

/** The jobs that this host does: in a market whose clock stands still those alone that go by the wall clock. No trainer is built yet. */
export const activeJobs = ({ asOfMs }: Pick<MarketProfile, 'asOfMs'>): ReadonlySet<JobName> =>
  new Set(JOB_NAMES.filter((name) => name !== 'retrain' && (asOfMs === null || isByWallClock(name))));
