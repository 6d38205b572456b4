import { fromEpochDay } from '@aion/core';
import type { BarTable } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import { type ClockHours, makeSessionMinutes } from '../session-minutes.ts';
import { shareSessions } from '../share-sessions.ts';
import type { QualityIssue } from './issue.ts';

/** Time zones differ by quarters of an hour, by half an hour at least and by less than 14 hours. */
export const ZONE_STEP = 15;
export const LEAST_SHIFT = 30;
export const MOST_SHIFT = 840;
const EDGE_MINUTES = 5;
/** So much of the session that it would be once moved has bars: of fewer their edges say nothing. */
const WHOLE = 0.5;
const PART = 0.8;
/** So long a run outside the session is no print of a pre-open or of a session behind the close. */
const RUN_MINUTES = 15;
/** Sources fill the minutes of a pre-open and those up to the end of the session behind the close; no bar is honest farther out. */
const BEFORE_MINUTES = 20;
const BEHIND_MINUTES = 35;
/** Exchanges on which shares trade before the open and after the close. */
const EXTENDED_HOURS: ReadonlySet<string> = new Set(['US']);

interface Group {
  readonly hours: ClockHours;
  /** Distinct, ascending. */
  readonly minutes: readonly number[];
  readonly day: number;
  readonly whose: string;
  readonly symbol?: string;
}

/**
 * One session of another clock in a file whose others are right: too few of its bars to show in the sum of a file. As they stand its bars
 * go on without a gap from outside the session into it; moved by a difference of time zones all of them are inside, from its opening to its
 * close. Of part of a session one edge must do, and then the difference must be the exchange's own from UTC; or none, where its bars begin
 * before any pre-open or go on behind all trading. Bars of a pre-open or of sessions behind the close are none of that.
 */
export function findShiftedSession(
  table: BarTable,
  calendar: ExchangeCalendar,
  barMinutes: number,
): QualityIssue | undefined {
  const hoursOf = makeSessionMinutes(calendar);
  const { order, sessions } = shareSessions(table);
  const { symbols, openMinute } = table;
  const odd: Group[] = [];
  const ofDay = new Map<number, number[]>();
  for (const { symbolIndex, day, start, end } of sessions) {
    const hours = hoursOf(day);
    if (hours === undefined) continue;
    const [first, last] = [openMinute![order[start]!]!, openMinute![order[end - 1]!]!];
    if (first >= hours.open && last < hours.close) continue;
    const minutes = distinct(Array.from(order.subarray(start, end), (row) => openMinute![row]!));
    const symbol = symbols[symbolIndex]!;
    odd.push({ hours, minutes, day, whose: `of ${symbol} on ${fromEpochDay(day)}`, symbol });
    ofDay.set(day, [...(ofDay.get(day) ?? []), ...minutes]);
  }
  const daysAreRight = odd.length * 2 <= sessions.length;
  const days = [...ofDay].map(([day, minutes]): Group => ({
    hours: hoursOf(day)!,
    minutes: distinct(minutes.sort((a, b) => a - b)),
    day,
    whose: `of ${fromEpochDay(day)}`,
  }));
  for (const group of [...odd, ...days]) {
    const shift = shiftOf(group, barMinutes, calendar, daysAreRight);
    if (shift !== undefined) return issueOf(group, shift);
  }
  return undefined;
}

const distinct = (sorted: readonly number[]): number[] => sorted.filter((minute, i) => minute !== sorted[i - 1]);

function shiftOf(
  { hours, minutes, day }: Group,
  barMinutes: number,
  calendar: ExchangeCalendar,
  othersAreRight: boolean,
): number | undefined {
  const { open, close } = hours;
  const [first, last] = [minutes[0]!, minutes.at(-1)!];
  const isInside = (minute: number): boolean => minute >= open && minute < close;
  const outside = minutes.filter((minute) => !isInside(minute)).length;
  // With no bar inside nothing is stored at a wrong minute, and the calendar's hours may be what is wrong.
  if (outside === 0 || outside === minutes.length || !crossesWithoutGap(minutes, isInside, barMinutes))
    return undefined;
  const dense = (share: number, from: number, to: number): boolean =>
    minutes.length >= share * Math.ceil((to - from) / barMinutes);
  const isRun = outside * barMinutes >= RUN_MINUTES && dense(PART, first, last + barMinutes);
  const isExtended = EXTENDED_HOURS.has(calendar.exchange);
  const isFarOut = !isExtended && isRun && (first < open - BEFORE_MINUTES || last >= close + BEHIND_MINUTES);
  const own = Math.abs(calendar.utcOffsetMinutesOn(day));
  const possible = shifts().filter((shift) => first + shift >= open && last + shift < close);
  const found = possible.find((shift) => {
    const opens = first + shift < open + EDGE_MINUTES;
    const closes = last + shift + barMinutes > close - EDGE_MINUTES;
    if (opens && closes) return dense(WHOLE, open, close);
    const exact = first + shift === open || last + shift + barMinutes >= close;
    return Math.abs(shift) === own && exact && isRun && (othersAreRight || !isExtended);
  });
  if (found !== undefined || !isFarOut) return found;
  return possible.find((shift) => Math.abs(shift) === own) ?? possible[0];
}

/** Nearest first. */
function shifts(): number[] {
  const count = (MOST_SHIFT - LEAST_SHIFT) / ZONE_STEP + 1;
  return Array.from({ length: count }, (_, i) => LEAST_SHIFT + i * ZONE_STEP).flatMap((shift) => [shift, -shift]);
}

function crossesWithoutGap(
  minutes: readonly number[],
  isInside: (minute: number) => boolean,
  barMinutes: number,
): boolean {
  const most = Math.max(EDGE_MINUTES, barMinutes);
  return minutes.some((minute, i) => {
    const before = minutes[i - 1];
    return before !== undefined && isInside(before) !== isInside(minute) && minute - before <= most;
  });
}

function issueOf({ hours, minutes, whose, symbol }: Group, shift: number): QualityIssue {
  const rows = minutes.length;
  const inside = minutes.filter((minute) => minute >= hours.open && minute < hours.close).length;
  return {
    code: 'shifted_clock',
    ...(symbol === undefined ? {} : { symbol }),
    message: `${inside} of ${rows} bars ${whose} lie inside the session, and all when they are moved by ${shift} min: another time zone`,
    values: { shiftMinutes: shift, rows, inside, movedInside: rows },
  };
}
