import type { Exchange, SessionDate } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { listRunRecords, type RunRecord } from '@aion/pipeline';
import type { Host } from '../host.ts';
import { clockOf } from '../market-profile.ts';

/** A daily run must have succeeded this long after its session's close; the schedule gives the bars up at 23:00. */
const DUE_AFTER_CLOSE_MS = 8 * 3_600_000;
/** How many sessions back a missing run is still looked for. */
const SESSIONS_BACK = 3;
const RUNS_READ = 50;

/**
 * The newest sessions whose daily run should be among the runs as succeeded by now, and is not.
 *
 * @param runs the newest of the exchange, where the caller has them
 * @example await overdueSessions(host, 'NSE') // ['2026-02-27']
 */
export async function overdueSessions(
  host: Pick<Host, 'items' | 'profile' | 'clock'>,
  exchange: Exchange,
  runs?: readonly RunRecord[],
): Promise<readonly SessionDate[]> {
  const calendar = loadCalendar(exchange);
  const known = runs ?? (await listRunRecords(host.items, exchange, RUNS_READ));
  const nowMs = clockOf(await host.profile(), host.clock).nowMs();
  const succeeded = known.filter((run) => run.kind === 'daily' && run.status === 'succeeded');
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
