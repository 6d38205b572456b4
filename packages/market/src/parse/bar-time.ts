import { AppError } from '@aion/core';
import type { ExchangeCalendar } from '../calendar.ts';

/** When a bar was, on the exchange's clock; `minute` is null where only a date is given. */
export interface BarTime {
  readonly sessionDay: number;
  readonly minute: number | null;
  /** Seconds after the minute: they order bars, no session asks for them. */
  readonly second: number;
}

/** How the times of one file are read: decided once, from all of them. */
export interface BarTimes {
  /** Undefined for a text that is no date or time. */
  parse(text: string): BarTime | undefined;
  /** What was decided without the file saying so. */
  readonly notes: readonly string[];
}

interface TimeText {
  readonly line: number;
  readonly text: string;
}
type DateOrder = 'day_first' | 'month_first';

const YEAR_FIRST = /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ]\s*(\S.*))?$/;
/** `202401151530` and `20240115153000`: a date and a clock time without anything between. */
const COMPACT = /^((?:19|20)\d{6})(\d{4}(?:\d{2})?)$/;
const YEAR_LAST = /^(\d{1,2})[-/. ](\d{1,2}|[A-Za-z]{3})[-/. ](\d{4})(?:[T ]\s*(\S.*))?$/;
const CLOCK = /^(\d{1,2}):?(\d{2})(?::?(\d{2})(?:\.\d+)?)?\s*([ap]m)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
/** Seconds since 1970 (2001 to 2286), or milliseconds. Eleven and twelve digits would be instants of 1973 to 2001 and are none that files have. */
const EPOCH = /^(?:\d{9,10}|\d{13})$/;
const MONTHS = 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC';
const MINUTES_A_DAY = 1440;
const DAY_MS = MINUTES_A_DAY * 60_000;

/** Where a date is written in numbers with the month first. */
const MONTH_FIRST_MARKETS: ReadonlySet<string> = new Set(['US']);

/**
 * Reads dates (`2026-02-27`, `2026.02.27`, `20260227`, `27-02-2026`, `02/27/2026`, `27-Feb-2026`), with a time or without, `202602270915`, and instants (an offset, a Z,
 * epoch seconds or milliseconds). A time without an offset is the exchange's; an instant is shown on its clock. Whether the day or the month
 * stands first is one decision for the file: a part above 12 proves it, else the market's custom counts. Where all instants are midnight
 * UTC they stand for dates: on a clock west of Greenwich they would move to the day before.
 *
 * @throws AppError(bad_input) where some dates can only have the day first and others only the month.
 */
export function makeBarTimes(texts: readonly TimeText[], calendar: ExchangeCalendar): BarTimes {
  const notes: string[] = [];
  const order = orderOf(texts, calendar, notes);
  const instants = texts.flatMap(({ text }) => {
    const read = readTime(text, order);
    return read !== undefined && 'ms' in read ? [read.ms] : [];
  });
  const datesOnly = instants.length > 0 && instants.every((ms) => ms % DAY_MS === 0);
  if (datesOnly) notes.push('every instant of the file is midnight UTC: they are read as dates');
  return {
    notes,
    parse(text) {
      const read = readTime(text, order);
      if (read === undefined || !('ms' in read)) return read;
      return datesOnly ? { sessionDay: read.ms / DAY_MS, minute: null, second: 0 } : onTheClock(read.ms, calendar);
    },
  };
}

function orderOf(texts: readonly TimeText[], calendar: ExchangeCalendar, notes: string[]): DateOrder {
  const custom = MONTH_FIRST_MARKETS.has(calendar.exchange) ? 'month_first' : 'day_first';
  const proof: Partial<Record<DateOrder, TimeText>> = {};
  let open: TimeText | undefined;
  for (const one of texts) {
    const parts = YEAR_LAST.exec(one.text);
    if (parts === null) continue;
    const [first, second] = [Number(parts[1]), Number(parts[2])];
    if (Number.isNaN(second) || first === second) continue;
    if (first > 12 && second <= 12) proof.day_first ??= one;
    else if (second > 12 && first <= 12) proof.month_first ??= one;
    else if (first <= 12 && second <= 12) open ??= one;
  }
  const { day_first: day, month_first: month } = proof;
  if (day !== undefined && month !== undefined)
    throw new AppError(
      'bad_input',
      `the dates of the file contradict each other: "${day.text}" on line ${day.line} has the day first, "${month.text}" on line ${month.line} the month; write them as YYYY-MM-DD`,
    );
  if (day !== undefined) return 'day_first';
  if (month !== undefined) return 'month_first';
  if (open !== undefined)
    notes.push(
      `no date of the file shows whether the day or the month stands first: "${open.text}" is read with the ${custom === 'day_first' ? 'day' : 'month'} first, as is the custom of ${calendar.exchange}; write YYYY-MM-DD to be sure`,
    );
  return custom;
}

function readTime(text: string, order: DateOrder): BarTime | { readonly ms: number } | undefined {
  if (EPOCH.test(text)) return { ms: text.length > 10 ? Number(text) : Number(text) * 1000 };
  const compact = COMPACT.exec(text);
  if (compact !== null) return readTime(`${compact[1]} ${compact[2]}`, order);
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) {
    const [, year, month, day, clock] = yearFirst;
    return withClock(dayOf(Number(year), Number(month), Number(day)), clock);
  }
  const yearLast = YEAR_LAST.exec(text);
  if (yearLast === null) return undefined;
  const [, first, second, year, clock] = yearLast;
  if (/\d/.test(second!)) {
    const [day, month] = order === 'day_first' ? [first, second] : [second, first];
    return withClock(dayOf(Number(year), Number(month), Number(day)), clock);
  }
  const named = MONTHS.indexOf(second!.toUpperCase());
  return withClock(dayOf(Number(year), named >= 0 && named % 3 === 0 ? named / 3 + 1 : 0, Number(first)), clock);
}

/** Days since 1970, negative before it; NaN where there is no such day. Files of long histories begin before the lake's calendars do. */
function dayOf(year: number, month: number, day: number): number {
  const ms = Date.UTC(year, month - 1, day);
  // A day that its month does not have falls into another month.
  const exists = year >= 1800 && new Date(ms).getUTCMonth() === month - 1;
  return exists ? ms / DAY_MS : Number.NaN;
}

function withClock(sessionDay: number, text: string | undefined): ReturnType<typeof readTime> {
  if (Number.isNaN(sessionDay)) return undefined;
  if (text === undefined) return { sessionDay, minute: null, second: 0 };
  const parts = CLOCK.exec(text);
  if (parts === null) return undefined;
  const [, hours, minutes, seconds, half, zone] = parts;
  if (half !== undefined && !(Number(hours) >= 1 && Number(hours) <= 12)) return undefined;
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  const second = Number(seconds ?? 0);
  if (hour > 23 || Number(minutes) > 59 || second > 59) return undefined;
  const minute = hour * 60 + Number(minutes);
  if (zone === undefined) return { sessionDay, minute, second };
  const offset =
    zone.toUpperCase() === 'Z' ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
  return { ms: ((sessionDay * MINUTES_A_DAY + minute - offset) * 60 + second) * 1000 };
}

function onTheClock(ms: number, calendar: ExchangeCalendar): BarTime {
  const minutes = calendar.localMinutesAt(ms);
  const whole = Math.floor(minutes);
  return {
    sessionDay: Math.floor(whole / MINUTES_A_DAY),
    minute: ((whole % MINUTES_A_DAY) + MINUTES_A_DAY) % MINUTES_A_DAY,
    second: Math.floor(ms / 1000) % 60,
  };
}
