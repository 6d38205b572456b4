import type { Exchange, SessionDate } from '@aion/core';
import { loadCalendar } from '@aion/market';
import type { Host } from '../host.ts';
import { loadDays } from './backfill-state.ts';
import { runBackfill } from './run-backfill.ts';
import type { Sources } from './sources.ts';

/** A file that came late, or on a day on which the machine was off, is asked for again so long. */
const LOOK_BACK = 5;

/**
 * Brings a session's bhavcopy, and those shortly before it that were asked for and never came: where vendors stood in, the exchange's own
 * bars take their place. Does nothing where the exchange is turned off.
 *
 * @throws AppError(unavailable) as the exchange's source does; what was had until then is stored.
 * @example await bringSession(host, await openSources(host), '2026-02-27');
 */
export async function bringSession(host: Host, sources: Sources, session: SessionDate): Promise<void> {
  if (!sources.standing('nse').on) return;
  const from = await firstThatNeverCame(host, 'NSE', session);
  await runBackfill(host, sources, { from, to: session, retryFailed: true });
}

/** The first of the sessions shortly before that was asked for in vain; the session itself where none was. */
async function firstThatNeverCame({ items }: Host, exchange: Exchange, session: SessionDate): Promise<SessionDate> {
  const from = loadCalendar(exchange).previousSession(session, LOOK_BACK);
  const days = await loadDays(items, exchange, from, session);
  const missing = [...days].flatMap(([date, { status }]) => (status === 'stored' ? [] : [date]));
  return [...missing, session].sort()[0]!;
}
