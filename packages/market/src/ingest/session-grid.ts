import type { BarTable } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import { makeSessionMinutes, phaseOf } from '../session-minutes.ts';

export interface OnGrid {
  readonly table: BarTable;
  /** Bars that began before trading did, and are stored from its beginning. */
  readonly moved: number;
}

/**
 * Bars of a session begin with it: an hourly one of 09:15 ends at 10:15. In short sessions and behind a pause some sources go on with the
 * grid of regular days, so that a bar begins before trading does (13:15 for a Muhurat session that opens at 13:45): it is stored
 * from when trading began. `off_grid`: on regular days most bars begin elsewhere, such as on the clock's hour. Joined to longer bars they
 * would bring in minutes of the next one.
 */
export function toSessionGrid(table: BarTable, barMinutes: number, calendar: ExchangeCalendar): OnGrid | 'off_grid' {
  const { openMinute, sessionDay } = table;
  if (openMinute === null) return { table, moved: 0 };
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
  return moved === 0 ? { table, moved } : { table: { ...table, openMinute: minutes }, moved };
}
