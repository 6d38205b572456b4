import { AppError, toEpochDay, type Exchange, type SessionDate } from '@aion/core';
import { ingestTable, loadCalendar, readManifest } from '@aion/market';
import type { Host } from '../host.ts';
import type { Sources } from './sources.ts';

/** A session whose indices came late, or on a day on which the machine was off, is asked for again so long. */
const LOOK_BACK = 5;

/**
 * Brings the bars of the exchange's indices of a session, and of those shortly before it that the lake lacks: the bhavcopy holds none, and
 * without them the state of the market is told of an older day.
 *
 * @returns the sessions that were stored; one that is not published yet is none of them
 * @throws AppError(unavailable) as the source does, and where the lake refuses what it gave.
 */
export async function fetchIndexBars(
  host: Pick<Host, 'ingest'>,
  sources: Sources,
  exchange: Exchange,
  session: SessionDate,
): Promise<readonly SessionDate[]> {
  const { ingest } = host;
  const calendar = loadCalendar(exchange);
  const held = new Set((await readManifest(ingest, exchange, 'index')).sessionDays);
  const asked = calendar
    .sessionsBetween(calendar.previousSession(session, LOOK_BACK), session)
    .filter((date) => !held.has(toEpochDay(date)));
  const files = sources.marketFiles();
  const stored: SessionDate[] = [];
  for (const date of asked) {
    const found = await files.indexBars(date);
    if (found === null) continue;
    const batch = { market: exchange, name: `indices of ${date}`, barMinutes: null, source: 'nse_bhavcopy' } as const;
    const report = await ingestTable(ingest, { ...batch, table: found.table });
    if (report.status !== 'imported')
      throw new AppError('unavailable', `the indices of ${date} were refused: ${report.why ?? report.status}`);
    stored.push(date);
  }
  return stored;
}
