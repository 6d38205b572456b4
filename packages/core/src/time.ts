import { z } from 'zod';
import { AppError } from './errors.ts';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const EpochMs = z.int().min(0);
export type EpochMs = number;

/** A calendar date of an exchange's session, `YYYY-MM-DD`, in the exchange's own time zone. */
export const SessionDate = z.iso.date();
export type SessionDate = string;

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

/**
 * Days since 1970-01-01 of a `YYYY-MM-DD` date (proleptic Gregorian). Throws AppError(bad_input) otherwise.
 *
 * @example toEpochDay('2026-02-27') // 20511
 */
export function toEpochDay(date: SessionDate): number {
  const ms = Date.parse(`${date}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(ms) || fromEpochDay(ms / DAY_MS) !== date) {
    throw new AppError('bad_input', `expected a date as YYYY-MM-DD, found "${date}"`);
  }
  return ms / DAY_MS;
}

/** The dates from 1900 to 2100 that were asked for: a series of bars asks for each of them again and again, and each costs a `Date`. */
const FIRST_REMEMBERED_DAY = Date.UTC(1900, 0, 1) / DAY_MS;
const remembered: (SessionDate | undefined)[] = Array.from({
  length: Date.UTC(2100, 0, 1) / DAY_MS - FIRST_REMEMBERED_DAY,
});

/**
 * The `YYYY-MM-DD` date of a day since 1970-01-01.
 *
 * @example fromEpochDay(20_511) // '2026-02-27'
 */
export function fromEpochDay(epochDay: number): SessionDate {
  const place = epochDay - FIRST_REMEMBERED_DAY;
  const known = remembered[place];
  if (known !== undefined) return known;
  const date = toIso(epochDay * DAY_MS).slice(0, 10);
  if (Number.isInteger(place) && place >= 0 && place < remembered.length) remembered[place] = date;
  return date;
}

/**
 * An instant as ISO 8601 in UTC, with milliseconds.
 *
 * @example toIso(1_772_150_400_000) // '2026-02-27T00:00:00.000Z'
 */
export function toIso(ms: EpochMs): string {
  return new Date(ms).toISOString();
}

/**
 * The day of the week, 0 Sunday … 6 Saturday.
 *
 * @example weekdayOf('2026-02-27') // 5, a Friday
 */
export function weekdayOf(date: SessionDate): number {
  return (((toEpochDay(date) + 4) % 7) + 7) % 7;
}

/**
 * The compact form of a date, as used inside keys.
 *
 * @example compactDate('2026-02-27') // '20260227'
 */
export function compactDate(date: SessionDate): string {
  return date.replaceAll('-', '');
}
