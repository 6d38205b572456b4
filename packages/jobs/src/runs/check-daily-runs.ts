import type { SessionDate } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { listRunRecords, type RunRecord } from '@aion/pipeline';
import type { Host } from '../host.ts';
import { clockOf } from '../market-profile.ts';

/** A daily run must have succeeded this long after its session's close; the schedule gives the bars up at 23:00. */
const DUE_AFTER_CLOSE_MS = 8 * 3_600_000;
/** How many sessions back a missing run is still looked for. */
const SESSIONS_BACK = 3;

export interface DeadManReport {
  readonly overdue: readonly SessionDate[];
}

/**
 * Looks for sessions whose daily run should have succeeded by now and did not, whatever the reason: a failed run, a schedule
 * that never fired, bars that never came. The gauge `daily_run_overdue` is set each time, so that silence is an alarm as well.
 */
export async function checkDailyRuns(host: Host): Promise<DeadManReport> {
  const overdue = await overdueSessions(host, await listRunRecords(host.items, 'NSE', 50));
  host.telemetry.gauge('daily_run_overdue', overdue.length);
  if (overdue.length > 0) host.telemetry.log('error', 'a daily run is overdue', { sessions: overdue });
  return { overdue };
}

/** The newest sessions whose daily run should be among the runs as succeeded by now, and is not. */
export async function overdueSessions(host: Host, runs: readonly RunRecord[]): Promise<readonly SessionDate[]> {
  const calendar = loadCalendar('NSE');
  const nowMs = clockOf(await host.profile(), host.clock).nowMs();
  const succeeded = runs.filter((run) => run.kind === 'daily' && run.status === 'succeeded');
  const last = succeeded.reduce((newest, run) => (run.sessionDate > newest ? run.sessionDate : newest), '');
  const overdue: SessionDate[] = [];
  let date = calendar.dateAt(nowMs);
  // Past the calendar's end nothing is known to be due.
  if (!calendar.covers(date)) return [];
  for (let back = 0; back <= SESSIONS_BACK && date > last; back++) {
    const session = calendar.session(date);
    if (session.kind !== 'closed' && nowMs >= session.closeMs + DUE_AFTER_CLOSE_MS) overdue.unshift(date);
    // What was before the first run was never promised.
    if (last === '' && overdue.length > 0) break;
    date = calendar.previousSession(date);
  }
  return overdue;
}
