import type { BarTable } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import { makeSessionMinutes } from '../session-minutes.ts';

/**
 * Some sources stamp a bar with the minute at which it ended: their first bar of a session is one bar late and their last one
 * opens when the exchange closes. Such a table comes back with the times at which its bars opened; undefined when the stamps
 * are opening times already. A table that has both an opening and a closing bar is left as it is: its closing bars are then
 * outside the session, and set aside. `unclear`: the last bar of a session is shorter than the others, so that the stamps do not
 * tell when each bar opened.
 */
export function fromEndStamps(
  table: BarTable,
  barMinutes: number,
  calendar: ExchangeCalendar,
): BarTable | 'unclear' | undefined {
  const { openMinute, sessionDay } = table;
  if (openMinute === null) return undefined;
  const hoursOf = makeSessionMinutes(calendar);
  let [opening, closing, short] = [0, 0, 0];
  for (let row = 0; row < openMinute.length; row++) {
    const hours = hoursOf(sessionDay[row]!);
    if (hours === undefined) continue;
    if (openMinute[row] === hours.open) opening++;
    const ended = hours.phases.find(({ close }) => close === openMinute[row]);
    if (ended === undefined || hours.phases.some(({ open }) => open === openMinute[row])) continue;
    closing++;
    if ((ended.close - ended.open) % barMinutes !== 0) short++;
  }
  if (closing === 0 || opening > 0) return undefined;
  if (short > 0) return 'unclear';
  return { ...table, openMinute: openMinute.map((minute) => minute - barMinutes) };
}
