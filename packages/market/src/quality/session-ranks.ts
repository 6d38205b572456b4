import type { ExchangeCalendar } from '../calendar.ts';

const known = new WeakMap<ExchangeCalendar, Int32Array>();

/** For each day since coverage began, how many sessions lie before it: the distance of two days in sessions is a subtraction. */
export function sessionRanks(calendar: ExchangeCalendar): Int32Array {
  const held = known.get(calendar);
  if (held !== undefined) return held;
  const ranks = new Int32Array(calendar.isSessionDay.length + 1);
  for (let i = 0; i < calendar.isSessionDay.length; i++) ranks[i + 1] = ranks[i]! + calendar.isSessionDay[i]!;
  known.set(calendar, ranks);
  return ranks;
}

/** Sessions strictly between two days, the days themselves not counted. */
export function sessionsBetween(calendar: ExchangeCalendar, after: number, before: number): number {
  const ranks = sessionRanks(calendar);
  const low = Math.max(after + 1 - calendar.firstDay, 0);
  const high = Math.min(before - calendar.firstDay, calendar.isSessionDay.length);
  return high > low ? ranks[high]! - ranks[low]! : 0;
}
