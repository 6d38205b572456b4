import { saveScheduleBeat } from '@aion/jobs/health';
import type { Host } from '@aion/jobs';
import { checkDailyRuns, type DeadManReport } from '@aion/jobs/runs';
import { overdueJobs, type JobName } from '@aion/jobs/timetable';
import { BAR_JOBS, FEATURE_JOBS, RECORD_JOBS } from './source-job-names.ts';

/** Jobs that keep a record of their own here. Runs are machines, whose failures and silence have alarms. */
export const CLOUD_JOBS: ReadonlySet<JobName> = new Set([
  'billing',
  'lake-care',
  ...RECORD_JOBS,
  ...BAR_JOBS,
  ...FEATURE_JOBS,
]);

/**
 * What the schedule calls each hour: says that the schedule lives, for the API's health, and looks for runs and jobs that are overdue. An
 * alarm watches the gauge `jobs_overdue`, which is set each time.
 */
export async function callDeadMan(host: Host): Promise<DeadManReport & { readonly jobs: readonly JobName[] }> {
  await saveScheduleBeat(host.items, host.clock);
  const late = await overdueJobs(host, 'NSE', [...CLOUD_JOBS], { wall: host.clock, market: host.clock });
  host.telemetry.gauge('jobs_overdue', late.length);
  if (late.length > 0) host.telemetry.log('error', 'jobs are overdue', { jobs: late });
  return { ...(await checkDailyRuns(host)), jobs: late.map(({ job }) => job) };
}
