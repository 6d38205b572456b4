import {
  EXCHANGES,
  type Exchange,
  AppError,
  DAY_MS,
  type EpochMs,
  lowerBound,
  MINUTE_MS,
  type SessionDate,
  fromEpochDay,
  toEpochDay,
} from '@aion/core';
import { z } from 'zod';
import type { ExchangeClock } from './bars.ts';
import nse from './calendars/nse.json' with { type: 'json' };
import us from './calendars/us.json' with { type: 'json' };

const HourMinute = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
/** Where all instruments trade alike, `instruments` is absent. */
const PhaseData = z.strictObject({
  kind: z.enum(['continuous', 'closing_auction']),
  open: HourMinute,
  close: HourMinute,
  instruments: z.enum(['with_derivatives', 'without_derivatives']).optional(),
});
const Source = z.enum(['observed', 'circular', 'announced', 'reference', 'provisional']);
const CalendarException = z.discriminatedUnion('kind', [
  z.strictObject({ date: z.iso.date(), kind: z.literal('closed'), reason: z.string(), source: Source }),
  z.strictObject({
    date: z.iso.date(),
    kind: z.enum(['special', 'muhurat', 'half']),
    open: HourMinute,
    close: HourMinute,
    /** Where trading was not continuous from open to close. */
    phases: z.array(PhaseData).min(1).optional(),
    reason: z.string(),
    source: Source,
  }),
]);
const CalendarData = z.strictObject({
  exchange: z.enum(EXCHANGES),
  currency: z.string().length(3),
  timeZone: z.string(),
  utcOffsets: z.array(z.strictObject({ from: z.iso.date(), minutes: z.int() })).min(1),
  coverage: z.strictObject({ from: z.iso.date(), to: z.iso.date(), provisionalFrom: z.iso.date() }),
  regularHours: z
    .array(
      z.strictObject({
        from: z.iso.date(),
        open: HourMinute,
        close: HourMinute,
        phases: z.array(PhaseData).min(1).optional(),
      }),
    )
    .min(1),
  sources: z.partialRecord(Source, z.string()),
  exceptions: z.array(CalendarException),
});

/** A calendar as data: regular hours by date, and every weekday closed or special session by name and source. */
export type CalendarData = z.infer<typeof CalendarData>;

/** A part of a session in which the instruments it concerns trade in one way. */
export interface SessionPhase {
  readonly kind: 'continuous' | 'closing_auction';
  readonly instruments: 'all' | 'with_derivatives' | 'without_derivatives';
  readonly openMs: EpochMs;
  readonly closeMs: EpochMs;
}

/**
 * What an exchange does on a date. Muhurat is the short Diwali session, `half` an early close, `special` any other out of the ordinary.
 * From `openMs` to `closeMs` any instrument may trade; the phases say when and which, ordered by their opening.
 */
export type SessionInfo =
  | {
      readonly kind: 'regular' | 'special' | 'muhurat' | 'half';
      readonly openMs: EpochMs;
      readonly closeMs: EpochMs;
      readonly phases: readonly SessionPhase[];
    }
  | { readonly kind: 'closed'; readonly reason: string };

/**
 * Sessions of an exchange. Every function throws AppError(outside_calendar) for a date without calendar data,
 * naming the coverage: no session is ever guessed.
 */
export interface ExchangeCalendar extends ExchangeClock {
  readonly exchange: Exchange;
  readonly currency: string;
  readonly timeZone: string;
  /** From `provisionalFrom` on the exchange has not announced its holidays: the sessions are expected, not known. */
  readonly coverage: { readonly from: SessionDate; readonly to: SessionDate; readonly provisionalFrom: SessionDate };
  isProvisional(date: SessionDate): boolean;
  covers(date: SessionDate): boolean;
  isSession(date: SessionDate): boolean;
  session(date: SessionDate): SessionInfo;
  /** Sessions from `from` to `to`, both inclusive, oldest first. */
  sessionsBetween(from: SessionDate, to: SessionDate): readonly SessionDate[];
  /** The n-th session before the date (1: the last one before it). */
  previousSession(date: SessionDate, n?: number): SessionDate;
  /** The n-th session after the date. */
  nextSession(date: SessionDate, n?: number): SessionDate;
  /** Epoch days of all sessions, ascending, and for each epoch day since coverage began whether it is one. */
  readonly sessionDays: Int32Array;
  readonly firstDay: number;
  readonly lastDay: number;
  /** 1 where the day `firstDay + index` is a session. */
  readonly isSessionDay: Uint8Array;
  /** The exchange's date at an instant. */
  dateAt(ms: EpochMs): SessionDate;
}

const DATA: Readonly<Record<string, unknown>> = { NSE: nse, US: us };
const loaded = new Map<string, ExchangeCalendar>();

/**
 * The calendar of a supported exchange (`NSE`, `US`). Throws AppError(outside_calendar) for another name.
 *
 * @example loadCalendar('NSE').nextSession('2026-02-27') // '2026-03-02', the Monday after
 */
export function loadCalendar(exchange: string): ExchangeCalendar {
  const known = loaded.get(exchange);
  if (known !== undefined) return known;
  const data = Object.hasOwn(DATA, exchange) ? DATA[exchange] : undefined;
  if (data === undefined) {
    const names = Object.keys(DATA).join(', ');
    throw new AppError('outside_calendar', `there is no calendar for exchange "${exchange}"; known are: ${names}`);
  }
  const calendar = makeCalendar(CalendarData.parse(data));
  loaded.set(exchange, calendar);
  return calendar;
}

type PhaseData = z.infer<typeof PhaseData>;
interface Hours {
  readonly open: string;
  readonly close: string;
  readonly phases?: readonly PhaseData[] | undefined;
}

const MINUTES_PER_DAY = 1440;
const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** Builds the lookups of a calendar from its data. */
export function makeCalendar(data: CalendarData): ExchangeCalendar {
  const { coverage } = data;
  const firstDay = toEpochDay(coverage.from);
  const lastDay = toEpochDay(coverage.to);
  const exceptions = new Map(data.exceptions.map((entry) => [toEpochDay(entry.date), entry]));
  const isSessionDay = new Uint8Array(lastDay - firstDay + 1);
  for (let day = firstDay; day <= lastDay; day++) {
    const exception = exceptions.get(day);
    isSessionDay[day - firstDay] = (exception === undefined ? isWeekday(day) : exception.kind !== 'closed') ? 1 : 0;
  }
  const sessionDays = Int32Array.from(
    [...isSessionDay.keys()].filter((i) => isSessionDay[i] === 1).map((i) => i + firstDay),
  );
  const hours = data.regularHours.map((entry) => ({ ...entry, fromDay: toEpochDay(entry.from) }));
  // Clocks change in the night to a Sunday: no session spans it, so an offset belongs to a day.
  const offsetOfDay = new Int16Array(isSessionDay.length);
  for (const { from, minutes } of data.utcOffsets) offsetOfDay.fill(minutes, Math.max(0, toEpochDay(from) - firstDay));
  const offsetOn = (day: number): number => offsetOfDay[Math.min(Math.max(day, firstDay), lastDay) - firstDay]!;
  const localMinutesAt = (ms: EpochMs): number => {
    const minutes = Math.floor(ms / MINUTE_MS);
    const nearDay = Math.floor((minutes + data.utcOffsets[0]!.minutes) / MINUTES_PER_DAY);
    return minutes + offsetOn(nearDay);
  };

  function covered(date: SessionDate): number {
    const day = toEpochDay(date);
    if (day >= firstDay && day <= lastDay) return day;
    throw new AppError(
      'outside_calendar',
      `${date} is outside the ${data.exchange} calendar, which covers ${coverage.from} to ${coverage.to}; ` +
        'choose a date inside, or update the calendar data of the exchange',
      { context: { date, exchange: data.exchange, ...coverage } },
    );
  }
  const instant = (day: number, text: string): EpochMs => day * DAY_MS + (minutesOf(text) - offsetOn(day)) * MINUTE_MS;

  function session(date: SessionDate): SessionInfo {
    const day = covered(date);
    const exception = exceptions.get(day);
    if (exception?.kind === 'closed') return { kind: 'closed', reason: exception.reason };
    if (exception !== undefined) return { kind: exception.kind, ...hoursOn(day, exception) };
    if (!isWeekday(day)) return { kind: 'closed', reason: 'weekend' };
    return { kind: 'regular', ...hoursOn(day, hours.findLast((entry) => entry.fromDay <= day) ?? hours[0]!) };
  }

  function hoursOn(day: number, { open, close, phases }: Hours) {
    const [openMs, closeMs] = [instant(day, open), instant(day, close)];
    const parts: readonly PhaseData[] = phases ?? [{ kind: 'continuous', open, close }];
    return {
      openMs,
      closeMs,
      phases: parts.map((part): SessionPhase => ({
        kind: part.kind,
        instruments: part.instruments ?? 'all',
        openMs: instant(day, part.open),
        closeMs: instant(day, part.close),
      })),
    };
  }

  /** Number of sessions before the day. */
  const rank = (day: number): number => lowerBound(sessionDays, day);

  function at(index: number, date: SessionDate, direction: string): SessionDate {
    const day = sessionDays[index];
    if (day !== undefined) return fromEpochDay(day);
    throw new AppError(
      'outside_calendar',
      `the session asked for ${direction} ${date} lies outside the ${data.exchange} calendar, ` +
        `which covers ${coverage.from} to ${coverage.to}; update the calendar data of the exchange`,
      { context: { date, exchange: data.exchange, ...coverage } },
    );
  }

  return {
    exchange: data.exchange,
    currency: data.currency,
    timeZone: data.timeZone,
    utcOffsetMinutesOn: offsetOn,
    localMinutesAt,
    isProvisional: (date) => covered(date) >= toEpochDay(coverage.provisionalFrom),
    coverage,
    covers: (date) => date >= coverage.from && date <= coverage.to,
    isSession: (date) => isSessionDay[covered(date) - firstDay] === 1,
    session,
    sessionsBetween: (from, to) =>
      Array.from(sessionDays.subarray(rank(covered(from)), rank(covered(to) + 1)), fromEpochDay),
    previousSession: (date, n = 1) => at(rank(covered(date)) - n, date, 'before'),
    nextSession: (date, n = 1) => at(rank(covered(date) + 1) + n - 1, date, 'after'),
    sessionDays,
    firstDay,
    lastDay,
    isSessionDay,
    dateAt: (ms) => fromEpochDay(Math.floor(localMinutesAt(ms) / MINUTES_PER_DAY)),
  };
}

/** Monday to Friday. Day 0 was a Thursday. */
function isWeekday(day: number): boolean {
  const weekday = (((day + 4) % 7) + 7) % 7;
  return weekday >= 1 && weekday <= 5;
}
