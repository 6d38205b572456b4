import type { Time } from 'lightweight-charts';
import { clock, dateOf, dateTime, sessionDay, shortDay } from '../ui/format.ts';

/** The label under the cross-hair. Session dates have no zone, instants are shown in the exchange's. */
export function crosshairLabel(time: Time, timeZone: string): string {
  if (typeof time === 'string') return sessionDay(time);
  return typeof time === 'number' ? dateTime(time * 1000, timeZone) : sessionDay(toDay(time));
}

/** The tick labels of the axis. `kind` is the library's: 0 year, 1 month, 2 day, 3 and 4 time. */
export function tickLabel(time: Time, kind: number, timeZone: string): string {
  const day = typeof time === 'string' ? time : typeof time === 'number' ? null : toDay(time);
  if (day !== null) {
    if (kind === 0) return day.slice(0, 4);
    return kind === 1 ? (shortDay(day).split(' ')[1] ?? day) : String(Number(day.slice(8)));
  }
  const ms = (time as number) * 1000;
  if (kind >= 3) return clock(ms, timeZone);
  const [date = '', month = '', year = ''] = dateOf(ms, timeZone).split(' ');
  return kind === 0 ? year : kind === 1 ? month : `${date} ${month}`;
}

const toDay = (day: { year: number; month: number; day: number }): string =>
  `${day.year}-${String(day.month).padStart(2, '0')}-${String(day.day).padStart(2, '0')}`;
