import { type Exchange, AppError } from '@aion/core';
import type { ExchangeCalendar } from '../calendar.ts';
import { type CellText, type DateOrder, YEAR_LAST, proveDateOrder } from './date-order.ts';

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
  /** As `parse`, in the other order of day and month; only where no date of the file proves which it is. */
  readonly parseOther?: (text: string) => BarTime | undefined;
  /** What was decided without the file saying so. */
  readonly notes: readonly string[];
}

const YEAR_FIRST = /^(\d{4})(?:-?(\d{2})-?(\d{2})|([-/.])(\d{1,2})\4(\d{1,2}))(?:[T ]\s*(\S.*))?$/;
/** `202401151530` and `20240115153000`: a date and a clock time without anything between. */
const COMPACT = /^((?:19|20)\d{6})(\d{4}(?:\d{2})?)$/;
const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[ ,]+/i;
/** `27-Feb-2026`, `27 February, 2026`, `27FEB2026`; `Feb 27, 2026`; `2026-Feb-27`. */
const DAY_MONTH_YEAR = /^(\d{1,2})(?:st|nd|rd|th)?[-/. ,]*([a-z]{3,9})[-/. ,]*(\d{4})(?:[T ,:]\s*(\S.*))?$/i;
const MONTH_DAY_YEAR = /^([a-z]{3,9})[-/. ,]*(\d{1,2})(?:st|nd|rd|th)?[-/. ,]+(\d{4})(?:[T ,]\s*(\S.*))?$/i;
const YEAR_MONTH_DAY = /^(\d{4})[-/. ,]*([a-z]{3,9})[-/. ,]*(\d{1,2})(?:[T ,]\s*(\S.*))?$/i;
const CLOCK = /^(\d{1,2}):?(\d{2})(?::?(\d{2})(?:\.\d+)?)?\s*([ap]m)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i;
/** Seconds since 1970 (2001 to 2286), or milliseconds. Eleven and twelve digits would be instants of 1973 to 2001 and are none that files have. */
const EPOCH = /^(?:\d{9,10}|\d{13})$/;
const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const MINUTES_A_DAY = 1440;
const DAY_MS = MINUTES_A_DAY * 60_000;

/** Whose clock the times without an offset are of. */
export interface ExchangeClock extends Pick<ExchangeCalendar, 'localMinutesAt'> {
  readonly exchange: Exchange | 'UTC';
}
/** For files that say that their times are UTC. */
export const UTC_CLOCK: ExchangeClock = { exchange: 'UTC', localMinutesAt: (ms) => ms / 60_000 };

/** Where a date is written in numbers with the month first. */
const MONTH_FIRST_MARKETS: ReadonlySet<string> = new Set(['US']);

/**
 * Reads dates (`2026-02-27`, `2026.02.27`, `20260227`, `27-02-2026`, `02/27/2026`, `27-Feb-2026`, `Feb 27, 2026`), with a time or without,
 * `202602270915`, and instants (an offset, a Z, epoch seconds or milliseconds). A time without an offset is the exchange's; an instant is shown
 * on its clock. Whether the day or the month stands first is one decision for the file: a part above 12 proves it, else the market's custom
 * counts. With `unproved: 'unread'` dates without a proof are none, nor are those that stand among others with the year first. Where all instants are midnight UTC they stand for dates,
 * since on a clock west of Greenwich they would move to the day before; with `midnights: 'instants'` they stay what they say.
 *
 * @throws AppError(bad_input) where some dates can only have the day first and others only the month.
 */
export function makeBarTimes(
  texts: readonly CellText[],
  calendar: ExchangeClock,
  unproved: 'custom' | 'unread' = 'custom',
  midnights: 'dates' | 'instants' = 'dates',
): BarTimes {
  const notes: string[] = [];
  const order = orderOf(texts, calendar, unproved, notes);
  const instants = texts.flatMap(({ text }) => {
    const read = readTime(text, order);
    return read !== undefined && 'ms' in read ? [read.ms] : [];
  });
  const datesOnly = midnights === 'dates' && instants.length > 0 && instants.every((ms) => ms % DAY_MS === 0);
  if (datesOnly) notes.push('every instant of the file is midnight UTC: they are read as dates');
  const parse = (text: string, by: DateOrder | undefined): BarTime | undefined => {
    const read = readTime(text, by);
    if (read === undefined || !('ms' in read)) return read;
    return datesOnly ? { sessionDay: read.ms / DAY_MS, minute: null, second: 0 } : onTheClock(read.ms, calendar);
  };
  const isOpen = order !== undefined && proveDateOrder(texts).kind === 'open';
  const other = order === 'day_first' ? 'month_first' : 'day_first';
  return {
    notes,
    parse: (text) => parse(text, order),
    ...(isOpen && { parseOther: (text: string) => parse(text, other) }),
  };
}

/** The day of a time that says no more than a date; undefined for others. */
export const dateOnly = (time: BarTime | undefined): number | undefined =>
  time === undefined || (time.minute ?? 0) !== 0 || time.second !== 0 ? undefined : time.sessionDay;

function orderOf(
  texts: readonly CellText[],
  { exchange }: ExchangeClock,
  unproved: 'custom' | 'unread',
  notes: string[],
): DateOrder | undefined {
  const proof = proveDateOrder(texts);
  if (proof.kind === 'contradiction') throw new AppError('bad_input', proof.message);
  if (proof.kind === 'proved' && (unproved === 'custom' || !texts.some(({ text }) => YEAR_FIRST.test(text))))
    return proof.order;
  const custom = MONTH_FIRST_MARKETS.has(exchange) ? 'month_first' : 'day_first';
  if (proof.kind === 'none_needed') return custom;
  if (unproved === 'unread' || proof.kind === 'proved') return undefined;
  notes.push(
    `no date of the file shows whether the day or the month stands first: "${proof.example.text}" is read with the ${custom === 'day_first' ? 'day' : 'month'} first, as is the custom of ${exchange}; write YYYY-MM-DD to be sure`,
  );
  return custom;
}

function readTime(text: string, order: DateOrder | undefined): BarTime | { readonly ms: number } | undefined {
  if (EPOCH.test(text)) return { ms: text.length > 10 ? Number(text) : Number(text) * 1000 };
  const compact = COMPACT.exec(text);
  if (compact !== null) return readTime(`${compact[1]} ${compact[2]}`, order);
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) {
    const [, year, month, day, , looseMonth, looseDay, clock] = yearFirst;
    return withClock(dayOf(Number(year), Number(month ?? looseMonth), Number(day ?? looseDay)), clock);
  }
  const yearLast = YEAR_LAST.exec(text);
  if (yearLast === null) return readNamed(text.replace(WEEKDAY, ''));
  const [, first, second, year, clock] = yearLast;
  if (order === undefined && first !== second) return undefined;
  const [day, month] = order === 'month_first' ? [second, first] : [first, second];
  return withClock(dayOf(Number(year), Number(month), Number(day)), clock);
}

/** A date with the name of its month has one reading, wherever that stands. */
function readNamed(text: string): ReturnType<typeof readTime> {
  const of = (year: string, name: string, day: string, clock: string | undefined): ReturnType<typeof readTime> =>
    withClock(dayOf(Number(year), monthOf(name), Number(day)), clock);
  const [, day, name, year, clock] = DAY_MONTH_YEAR.exec(text) ?? [];
  if (day !== undefined) return of(year!, name!, day, clock);
  const [, named, dayBehind, yearBehind, clockBehind] = MONTH_DAY_YEAR.exec(text) ?? [];
  if (named !== undefined) return of(yearBehind!, named, dayBehind!, clockBehind);
  const [, yearBefore, nameWithin, dayLast, clockLast] = YEAR_MONTH_DAY.exec(text) ?? [];
  return yearBefore === undefined ? undefined : of(yearBefore, nameWithin!, dayLast!, clockLast);
}

/** From 1; 0 for what is no month. */
function monthOf(name: string): number {
  const lower = name.toLowerCase();
  return (
    MONTHS.findIndex(
      (month) => month === lower || month.slice(0, 3) === lower || (lower === 'sept' && month === 'september'),
    ) + 1
  );
}

/** A year before this is taken for a mistake. */
const FIRST_YEAR = 1800;

/** Days since 1970, negative before it; NaN where there is no such day. Files of long histories begin before the lake's calendars do. */
function dayOf(year: number, month: number, day: number): number {
  const ms = Date.UTC(year, month - 1, day);
  // A day that its month does not have falls into another month.
  const exists = year >= FIRST_YEAR && new Date(ms).getUTCMonth() === month - 1;
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
  const offset = /^[a-z]/i.test(zone)
    ? 0
    : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
  return { ms: ((sessionDay * MINUTES_A_DAY + minute - offset) * 60 + second) * 1000 };
}

function onTheClock(ms: number, calendar: ExchangeClock): BarTime {
  const minutes = calendar.localMinutesAt(ms);
  const whole = Math.floor(minutes);
  return {
    sessionDay: Math.floor(whole / MINUTES_A_DAY),
    minute: ((whole % MINUTES_A_DAY) + MINUTES_A_DAY) % MINUTES_A_DAY,
    second: ((Math.floor(ms / 1000) % 60) + 60) % 60,
  };
}
