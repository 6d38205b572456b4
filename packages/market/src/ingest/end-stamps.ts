import { fromEpochDay } from '@aion/core';
import { type BarTable, openTimeMsOf } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';

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
  const hours = new Map<number, readonly [number, number]>();
  const hoursOf = (day: number): readonly [number, number] => {
    const known = hours.get(day);
    if (known !== undefined) return known;
    const session = calendar.covers(fromEpochDay(day)) ? calendar.session(fromEpochDay(day)) : undefined;
    const midnight = openTimeMsOf(day, 0, calendar);
    const found: readonly [number, number] =
      session === undefined || session.kind === 'closed'
        ? [-1, -1]
        : [(session.openMs - midnight) / 60_000, (session.closeMs - midnight) / 60_000];
    hours.set(day, found);
    return found;
  };
  let [opening, closing, short] = [0, 0, 0];
  for (let row = 0; row < openMinute.length; row++) {
    const [open, close] = hoursOf(sessionDay[row]!);
    if (openMinute[row] === open) opening++;
    else if (openMinute[row] === close) {
      closing++;
      if ((close - open) % barMinutes !== 0) short++;
    }
  }
  if (closing === 0 || opening > 0) return undefined;
  if (short > 0) return 'unclear';
  return { ...table, openMinute: openMinute.map((minute) => minute - barMinutes) };
}
