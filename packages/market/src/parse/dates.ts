const CUMULATIVE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const MONTHS = 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC';

/** Epoch day of a Gregorian date from 1970 to 2199; -1 when there is no such day. `month` counts from 1. */
export function epochDayOf(year: number, month: number, day: number): number {
  if (year < 1970 || year > 2199 || month < 1 || month > 12 || day < 1) return -1;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > LENGTHS[month - 1]! + (leap && month === 2 ? 1 : 0)) return -1;
  const before = year - 1;
  const leaps = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 477;
  return (year - 1970) * 365 + leaps + CUMULATIVE[month - 1]! + (leap && month > 2 ? 1 : 0) + day - 1;
}

const TABLE_FROM = 1990;
const TABLE_TO = 2054;
/** Epoch day by year, month and day, 9 bits for month and day; -1 where there is no such day. */
const DAY_TABLE = Int32Array.from({ length: (TABLE_TO - TABLE_FROM) << 9 }, (_, key) =>
  epochDayOf(TABLE_FROM + (key >> 9), (key >> 5) & 15, key & 31),
);

/** `digits` decimal digits at `at`, or NaN. */
function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = bytes[i]! - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/**
 * `YYYY-MM-DD` in bytes [start, end); -1 when it is none. Runs once per row of every file, hence without calls and with
 * a table of days.
 */
export function isoDayAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 10 || bytes[start + 4] !== 45 || bytes[start + 7] !== 45) return -1;
  const a = bytes[start]! - 48;
  const b = bytes[start + 1]! - 48;
  const c = bytes[start + 2]! - 48;
  const d = bytes[start + 3]! - 48;
  const e = bytes[start + 5]! - 48;
  const f = bytes[start + 6]! - 48;
  const g = bytes[start + 8]! - 48;
  const h = bytes[start + 9]! - 48;
  if (a >>> 0 > 9 || b >>> 0 > 9 || c >>> 0 > 9 || d >>> 0 > 9) return -1;
  if (e >>> 0 > 9 || f >>> 0 > 9 || g >>> 0 > 9 || h >>> 0 > 9) return -1;
  const year = a * 1000 + b * 100 + c * 10 + d;
  const month = e * 10 + f;
  const day = g * 10 + h;
  if (year >= TABLE_FROM && year < TABLE_TO && month < 16 && day < 32) {
    return DAY_TABLE[((year - TABLE_FROM) << 9) | (month << 5) | day]!;
  }
  return epochDayOf(year, month, day);
}

/** `DD-MMM-YYYY` (any case) in bytes [start, end); -1 when it is none. */
export function monthDayAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 11 || bytes[start + 2] !== 45 || bytes[start + 6] !== 45) return -1;
  const letters = String.fromCharCode(bytes[start + 3]!, bytes[start + 4]!, bytes[start + 5]!).toUpperCase();
  const place = MONTHS.indexOf(letters);
  if (place < 0 || place % 3 !== 0) return -1;
  return checked(digits(bytes, start + 7, 4), place / 3 + 1, digits(bytes, start, 2));
}

/** `HH:MM` or `HH:MM:SS` in bytes [start, end) as minutes after midnight; -1 when it is none or has seconds. */
export function minuteAt(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if ((length !== 5 && length !== 8) || bytes[start + 2] !== 58) return -1;
  if (length === 8 && (bytes[start + 5] !== 58 || digits(bytes, start + 6, 2) !== 0)) return -1;
  const hour = digits(bytes, start, 2);
  const minute = digits(bytes, start + 3, 2);
  return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

function checked(year: number, month: number, day: number): number {
  return Number.isNaN(year) || Number.isNaN(month) || Number.isNaN(day) ? -1 : epochDayOf(year, month, day);
}
