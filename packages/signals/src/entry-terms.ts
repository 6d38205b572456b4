import { fromEpochDay, toEpochDay, type SessionDate } from '@aion/core';
import type { ExchangeCalendar } from '@aion/market';
import { resultsWithin, type Measures } from '@aion/market/records';
import type { Reason } from './signal.ts';

/** Until when an entry may be made, and what whoever makes it is told. Null: no session is left for one. */
export interface EntryTerms {
  readonly validUntil: SessionDate | null;
  readonly warnings: readonly Reason[];
}

/**
 * The terms of an entry in the sessions after a signal's: it ends before a day on which the company decides on its results, since no forecast
 * made of prices knows them. A ban on new positions in futures and options warns: trading in the share itself goes on.
 *
 * @param validUntil the last session for an entry where nothing stands against it
 * @example entryTerms(panel.measures, 'INFY', '2026-03-30', '2026-04-10', calendar) // results on 2026-04-09: valid until 2026-04-08
 */
export function entryTerms(
  measures: Measures,
  symbol: string,
  sessionDate: SessionDate,
  validUntil: SessionDate,
  calendar: Pick<ExchangeCalendar, 'previousSession' | 'nextSession'>,
): EntryTerms {
  const warnings: Reason[] = [];
  const first = calendar.nextSession(sessionDate);
  // Results of a weekend are known when the next session opens: a day without a session ends validity as well.
  const results = resultsWithin(measures, symbol, fromEpochDay(toEpochDay(sessionDate) + 1), validUntil);
  if (measures.inForce.get(symbol)?.some(({ flag }) => flag === 'fno_ban') === true)
    warnings.push({
      code: 'fno_ban',
      title: 'In the F&O ban: no new positions in its futures and options; the share itself trades on',
    });
  if (results === undefined) return { validUntil, warnings };
  const last = calendar.previousSession(results);
  if (last < first) return { validUntil: null, warnings };
  warnings.push({
    code: 'results',
    title: `Results are due on ${results}: no entry after ${last}; if you hold it, decide before then`,
  });
  return { validUntil: last, warnings };
}
