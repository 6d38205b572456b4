import { fromEpochDay, toEpochDay } from '@aion/core';
import { EXCHANGE_FACTS, instantOf } from '@aion/market/sources';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const { timeZone, openMinute } = EXCHANGE_FACTS.NSE;

/** Epoch day of 27-Feb-2026; NaN when it is none. */
export function nseDay(text: string): number {
  const [, day, name = '', year] = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})/.exec(text.trim()) ?? [];
  const month = MONTHS.indexOf(name.toUpperCase()) + 1;
  if (month === 0) return Number.NaN;
  try {
    return toEpochDay(`${year}-${String(month).padStart(2, '0')}-${day!.padStart(2, '0')}`);
  } catch {
    // Such as 31-Feb: no day, as the name of the function's result says.
    return Number.NaN;
  }
}

/** The instant of `27-Feb-2026 21:54[:10]` in India; without a time the end of that day, so that it is never too early. */
export function nseInstant(text: string): number {
  const day = nseDay(text);
  if (Number.isNaN(day)) return Number.NaN;
  const [, hours, minutes, seconds = '0'] = /\s(\d{1,2}):(\d{2})(?::(\d{2}))?/.exec(text) ?? [];
  if (hours === undefined) return instantOf(day + 1, 0, timeZone);
  return instantOf(day, Number(hours) * 60 + Number(minutes), timeZone) + Number(seconds) * 1000;
}

export const nseMidnight = (day: number): number => instantOf(day, 0, timeZone);
export const nseOpening = (day: number): number => instantOf(day, openMinute, timeZone);

/** 27-02-2026, as the site's questions want it. */
export function nseQueryDate(ms: number): string {
  const [year, month, day] = fromEpochDay(Math.floor((ms + 330 * 60_000) / 86_400_000)).split('-');
  return `${day}-${month}-${year}`;
}
