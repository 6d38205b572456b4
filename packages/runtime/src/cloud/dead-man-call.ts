import { saveScheduleBeat } from '@aion/jobs/health';
import type { Host } from '@aion/jobs';
import { checkDailyRuns, type DeadManReport } from '@aion/jobs/runs';

/** What the schedule calls each hour: says that the schedule lives, for the API's health, and looks for runs that are overdue. */
export async function callDeadMan(host: Host): Promise<DeadManReport> {
  await saveScheduleBeat(host.items, host.clock);
  return checkDailyRuns(host);
}
