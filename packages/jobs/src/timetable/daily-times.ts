import { DAY_MS, type EpochMs } from '@aion/core';
import type { ExchangeCalendar } from '@aion/market';
import { instantsOn, type Beat, type MinuteOfDay } from './beat.ts';

const MINUTES_PER_DAY = DAY_MS / 60_000;

/** A time of every day, in the exchange's time zone: one minute of some hours. */
export interface DailyTimes {
  readonly minute: number;
  readonly hours: readonly number[];
  /** 0 Sunday … 6 Saturday; every day where it is left out. */
  readonly weekday?: number;
}

/**
 * Times of day that hold every instant of a beat from `from` to the calendar's end, for a timer that knows no calendar. It fires on more days
 * than the beat is due: `isDue` tells which of its firings count.
 *
 * @example dailyTimesOf({ kind: 'after_close', minutes: 5 }, loadCalendar('NSE'), '2026-08-03')[0] // { minute: 40, hours: [15] }
 */
export function dailyTimesOf(beat: Beat, calendar: ExchangeCalendar, from: string): DailyTimes[] {
  const minutes = new Set<MinuteOfDay>();
  if (beat.kind === 'minutes') for (const minute of beat.minutes) minutes.add(minute);
  else
    for (const date of calendar.sessionsBetween(from, calendar.coverage.to))
      for (const ms of instantsOn(beat, calendar, date)) minutes.add(calendar.localMinutesAt(ms) % MINUTES_PER_DAY);
  const hoursOf = new Map<number, number[]>();
  for (const minute of [...minutes].sort((a, b) => a - b))
    hoursOf.set(minute % 60, [...(hoursOf.get(minute % 60) ?? []), Math.floor(minute / 60)]);
  const weekday = beat.kind === 'minutes' ? beat.weekday : undefined;
  return [...hoursOf].map(([minute, hours]) => ({ minute, hours, ...(weekday !== undefined && { weekday }) }));
}

/** Whether a beat is due in the minute of an instant. */
export function isDue(beat: Beat, calendar: ExchangeCalendar, ms: EpochMs): boolean {
  const minuteMs = ms - (ms % 60_000);
  return instantsOn(beat, calendar, calendar.dateAt(ms)).includes(minuteMs);
}
