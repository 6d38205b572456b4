import type { BarTable } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import { makeSessionMinutes, phaseOf, type SessionMinutes } from '../session-minutes.ts';
import { shareSessions } from '../share-sessions.ts';

export interface OnGrid {
  readonly table: BarTable;
  /** Bars that began before trading did, and are stored from its beginning. */
  readonly moved: number;
  /** Prints of the closing auction that are stamped with its end, and are stored as its last bar. */
  readonly prints: number;
}

/**
 * Bars of a session begin with it: an hourly one of 09:15 ends at 10:15. In short sessions and behind a pause some sources go on with the
 * grid of regular days, so that a bar begins before trading does (13:15 for a Muhurat session that opens at 13:45): it is stored
 * from when trading began. `off_grid`: on regular days most bars begin elsewhere, such as on the clock's hour. Joined to longer bars they
 * would bring in minutes of the next one.
 */
export function toSessionGrid(table: BarTable, barMinutes: number, calendar: ExchangeCalendar): OnGrid | 'off_grid' {
  const { openMinute, sessionDay } = table;
  if (openMinute === null) return { table, moved: 0, prints: 0 };
  const hoursOf = makeSessionMinutes(calendar);
  const minutes = openMinute.slice();
  let [moved, on, off] = [0, 0, 0];
  for (let row = 0; row < minutes.length; row++) {
    const hours = hoursOf(sessionDay[row]!);
    if (hours === undefined) continue;
    const minute = minutes[row]!;
    if (hours.kind === 'regular') {
      if ((minute - hours.open) % barMinutes === 0) on++;
      else off++;
      continue;
    }
    const phase = phaseOf(hours, minute, barMinutes);
    if (phase === undefined || minute >= phase.open) continue;
    minutes[row] = phase.open;
    moved++;
  }
  if (off > on) return 'off_grid';
  const prints = movePrints(table, minutes, barMinutes, hoursOf);
  return moved + prints === 0 ? { table, moved, prints } : { table: { ...table, openMinute: minutes }, moved, prints };
}

/**
 * A bar of one price at the very end of the closing auction, and no other of its share since that began, is the auction's print: it goes
 * to the last bar that opens in the auction. Returns how many there were.
 */
function movePrints(table: BarTable, minutes: Int32Array, barMinutes: number, hoursOf: SessionMinutes): number {
  const { high, low, openMinute } = table;
  const ends = new Set(
    [...new Set(table.sessionDay)].filter((day) => hoursOf(day)?.phases.some(({ kind }) => kind === 'closing_auction')),
  );
  if (ends.size === 0) return 0;
  const { order, sessions } = shareSessions(table);
  let prints = 0;
  for (const { day, start, end } of sessions) {
    const auction = ends.has(day) ? hoursOf(day)!.phases.find(({ kind }) => kind === 'closing_auction') : undefined;
    const row = order[end - 1]!;
    if (auction === undefined || openMinute![row] !== auction.close || high[row] !== low[row]) continue;
    const before = end - start > 1 ? openMinute![order[end - 2]!]! : -1;
    if (before >= auction.open) continue;
    minutes[row] = auction.open + (Math.ceil((auction.close - auction.open) / barMinutes) - 1) * barMinutes;
    prints++;
  }
  return prints;
}
