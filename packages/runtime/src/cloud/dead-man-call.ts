import { saveScheduleBeat } from '@aion/jobs/health';
import type { Host } from '@aion/jobs';
import { watchJobs } from '@aion/jobs/schedule';
import type { JobName } from '@aion/jobs/timetable';
import { CLOUD_JOBS } from './cloud-jobs.ts';

/**
 * What the schedule calls each hour: says that the schedule lives, for the API's health, and looks for runs and jobs that are overdue.
 * Alarms watch the gauges that are set each time.
 */
export async function callDeadMan(host: Host): Promise<{ overdue: readonly string[]; jobs: readonly JobName[] }> {
  await saveScheduleBeat(host.items, host.clock);
  const { sessions, jobs } = await watchJobs(host, 'NSE', CLOUD_JOBS, { wall: host.clock, market: host.clock });
  return { overdue: sessions, jobs: jobs.map(({ job }) => job) };
}
