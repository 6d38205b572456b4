import { AppError, fromEpochDay, lowerBound } from '@aion/core';
import type { ExchangeCalendar } from '@aion/market';

/** The sessions that references are made for. */
export interface SessionStretch {
  readonly calendar: ExchangeCalendar;
  readonly fromDay: number;
  readonly toDay: number;
}

/** Days and closes of the sessions of a stretch, and of so many sessions before it as the calendar has. */
export function sessionCloses(
  { calendar, fromDay, toDay }: SessionStretch,
  before = 0,
): { day: number; closeMs: number }[] {
  const days = calendar.sessionDays;
  return [...days.subarray(Math.max(0, lowerBound(days, fromDay) - before))]
    .filter((day) => day <= toDay)
    .map((day) => {
      const session = calendar.session(fromEpochDay(day));
      if (session.kind === 'closed') throw new AppError('outside_calendar', `${fromEpochDay(day)} has no session`);
      return { day, closeMs: session.closeMs };
    });
}
