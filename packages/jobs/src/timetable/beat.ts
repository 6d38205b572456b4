import { fromEpochDay, HOUR_MS, MINUTE_MS, toEpochDay, weekdayOf, type EpochMs, type SessionDate } from '@aion/core';
import { openTimeMsOf, type ExchangeCalendar } from '@aion/market';
import type { OpenSession } from '../runs/session.ts';

/** Minutes after midnight on the exchange's clock. */
export type MinuteOfDay = number;

/** When a job is due, by the exchange's clock and calendar. */
export type Beat =
  /** At these minutes of each session day, or of every day; of one day of the week (0 Sunday … 6 Saturday) where it is named. */
  | {
      readonly kind: 'minutes';
      readonly days: 'sessions' | 'all';
      readonly minutes: readonly MinuteOfDay[];
      readonly weekday?: number;
    }
  /** So many minutes after the close of each session, as the calendar has it: half days, Muhurat and closing auctions too. */
  | { readonly kind: 'after_close'; readonly minutes: number }
  /** So many minutes after each hourly bar of a session has closed; the last one may be short. */
  | { readonly kind: 'after_hourly_bars'; readonly minutes: number };

/**
 * Minutes after midnight of a time `HH:MM`.
 *
 * @example at('09:15') // 555
 */
export const at = (time: string): MinuteOfDay => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Every so many minutes, both ends included. @example every(15, at('09:00'), at('09:30')) // [540, 555, 570] */
export function every(minutes: number, from: MinuteOfDay, to: MinuteOfDay): MinuteOfDay[] {
  const count = Math.floor((to - from) / minutes) + 1;
  return Array.from({ length: count }, (_, turn) => from + turn * minutes);
}

/** The instants at which a beat is due on one date of the exchange, ascending. None on a date that the calendar does not cover, unless it is due every day. */
export function instantsOn(beat: Beat, calendar: ExchangeCalendar, date: SessionDate): EpochMs[] {
  const day = toEpochDay(date);
  if (beat.kind === 'minutes') {
    if (beat.days === 'sessions' && !(calendar.covers(date) && calendar.isSession(date))) return [];
    if (beat.weekday !== undefined && weekdayOf(date) !== beat.weekday) return [];
    return beat.minutes.map((minute) => openTimeMsOf(day, minute, calendar));
  }
  if (!calendar.covers(date)) return [];
  const session = calendar.session(date);
  if (session.kind === 'closed') return [];
  const closes = beat.kind === 'after_close' ? [session.closeMs] : hourlyCloses(session);
  return closes.map((ms) => ms + beat.minutes * MINUTE_MS);
}

/** When the hourly bars of a session close, counted from its opening: the last one with the session itself. */
function hourlyCloses({ openMs, closeMs }: OpenSession): EpochMs[] {
  const whole = Math.ceil((closeMs - openMs) / HOUR_MS) - 1;
  return [...Array.from({ length: whole }, (_, bar) => openMs + (bar + 1) * HOUR_MS), closeMs];
}

/** Days that a search looks ahead where the calendar has ended: a weekly job is due within them. */
const WEEK_AND_A_DAY = 8;
/** Days that a search looks back: no market of ours rests longer. */
const FORTNIGHT = 14;

/**
 * The first instant after `ms` at which a beat is due; null when the calendar knows of none.
 *
 * @example nextAfter({ kind: 'after_close', minutes: 5 }, loadCalendar('NSE'), Date.parse('2026-02-27T00:00:00Z')) // 15:35 in Mumbai
 */
export function nextAfter(beat: Beat, calendar: ExchangeCalendar, ms: EpochMs): EpochMs | null {
  const today = toEpochDay(calendar.dateAt(ms));
  for (let day = today; day <= Math.max(calendar.lastDay, today + WEEK_AND_A_DAY); day++) {
    const found = instantsOn(beat, calendar, fromEpochDay(day)).find((instant) => instant > ms);
    if (found !== undefined) return found;
  }
  return null;
}

/** The last instant up to `ms` at which a beat was due; null when none was within a fortnight. */
export function lastUpTo(beat: Beat, calendar: ExchangeCalendar, ms: EpochMs): EpochMs | null {
  const today = toEpochDay(calendar.dateAt(ms));
  for (let day = today; day > today - FORTNIGHT; day--) {
    const found = instantsOn(beat, calendar, fromEpochDay(day)).findLast((instant) => instant <= ms);
    if (found !== undefined) return found;
  }
  return null;
}
