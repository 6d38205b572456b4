import { fromEpochDay } from '@aion/core';
import { openTimeMsOf } from './bars.ts';
import type { ExchangeCalendar } from './calendar.ts';

/** Opening and close of a session in minutes after midnight of its exchange; undefined for a closed day. */
export type SessionMinutes = (day: number) => readonly [open: number, close: number] | undefined;

/** Remembers each day that was asked for: files ask for the same ones row by row. */
export function makeSessionMinutes(calendar: ExchangeCalendar): SessionMinutes {
  const known = new Map<number, readonly [number, number] | undefined>();
  return (day) => {
    if (known.has(day)) return known.get(day);
    const session = calendar.session(fromEpochDay(day));
    const midnight = openTimeMsOf(day, 0, calendar);
    const minutes =
      session.kind === 'closed'
        ? undefined
        : ([(session.openMs - midnight) / 60_000, (session.closeMs - midnight) / 60_000] as const);
    known.set(day, minutes);
    return minutes;
  };
}
