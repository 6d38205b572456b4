import type { Signal } from '@aion/contracts';

/**
 * Numbers and times in words, the same on the server and in every browser: the grouping and the month names are ours,
 * because two ICU versions that disagree ("Sep", "Sept") break hydration. Only the time-zone arithmetic is Intl's.
 */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
export const MINUS = '−';

type CurrencyCode = Signal['currency'];
const SYMBOLS: Record<CurrencyCode, string> = { INR: '₹', USD: '$' };
export const currencySymbol = (currency: CurrencyCode): string => SYMBOLS[currency];

/** 12345678 → 1,23,45,678 (lakh and crore) or 12,345,678. */
export function groupDigits(digits: string, currency: CurrencyCode = 'INR'): string {
  if (currency !== 'INR' || digits.length <= 3) return digits.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${digits.slice(0, -3).replace(/\B(?=(\d{2})+$)/g, ',')},${digits.slice(-3)}`;
}

/** A count: 123456 → 1,23,456. */
export const count = (value: number): string => fixed(value, 0);

/** A number with a fixed number of decimals, grouped. */
export function fixed(value: number, decimals: number, currency: CurrencyCode = 'INR'): string {
  const [whole = '0', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const text = groupDigits(whole, currency) + (fraction === undefined ? '' : `.${fraction}`);
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/** A price in minor units without its sign: 123450 → 1,234.50. */
export const price = (minor: number, currency: CurrencyCode): string => fixed(minor / 100, 2, currency);

/** Money in minor units: 1234567890 → ₹1,23,45,678.90. */
export function money(minor: number, currency: CurrencyCode): string {
  return (minor < 0 ? MINUS : '') + currencySymbol(currency) + price(Math.abs(minor), currency);
}

/** Money for reading at a glance, major units: 1250000 → ₹12.5 L, 12300000 → ₹1.23 Cr. */
export function moneyShort(major: number, currency: CurrencyCode): string {
  const sign = (major < 0 ? MINUS : '') + currencySymbol(currency);
  return sign + compact(Math.abs(major), currency);
}

/** 1250000 → 12.5 L; 12300000 → 1.23 Cr; below a lakh the plain count. */
export function compact(value: number, currency: CurrencyCode = 'INR'): string {
  const trim = (x: number): string => x.toFixed(2).replace(/\.?0+$/, '');
  if (currency === 'USD') {
    if (value >= 1e9) return `${trim(value / 1e9)}B`;
    if (value >= 1e6) return `${trim(value / 1e6)}M`;
  } else {
    if (value >= 1e7) return `${groupCompact(trim(value / 1e7))} Cr`;
    if (value >= 1e5) return `${trim(value / 1e5)} L`;
  }
  return fixed(value, 0, currency);
}

function groupCompact(text: string): string {
  const [whole = '0', fraction] = text.split('.');
  return groupDigits(whole) + (fraction === undefined ? '' : `.${fraction}`);
}

/** 0.123 → 12.3 %. */
export const percent = (frac: number, decimals = 1): string => `${fixed(frac * 100, decimals)} %`;

/** 0.123 → +12.3 %. */
export const signedPercent = (frac: number, decimals = 1): string =>
  (frac > 0 && (frac * 100).toFixed(decimals) !== (0).toFixed(decimals) ? '+' : '') + percent(frac, decimals);

const zones = new Map<string, Intl.DateTimeFormat>();
function parts(ms: number, timeZone: string): Record<string, string> {
  let format = zones.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-IN', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    zones.set(timeZone, format);
  }
  return Object.fromEntries(format.formatToParts(ms).map((part) => [part.type, part.value]));
}

export const IST = 'Asia/Kolkata';
export const exchangeZone = (exchange: Signal['exchange']): string => (exchange === 'NSE' ? IST : 'America/New_York');
/** What people call the zone. */
export const zoneName = (timeZone: string): string => (timeZone === IST ? 'IST' : timeZone === 'UTC' ? 'UTC' : 'ET');

/** 16:05 */
export function clock(ms: number, timeZone: string = IST): string {
  const { hour, minute } = parts(ms, timeZone);
  return `${hour}:${minute}`;
}
/** 27 Feb 2026 */
export function dateOf(ms: number, timeZone: string = IST): string {
  const { day, month, year } = parts(ms, timeZone);
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`;
}
/** 27 Feb 2026, 16:05 IST */
export const dateTime = (ms: number, timeZone: string = IST): string =>
  `${dateOf(ms, timeZone)}, ${clock(ms, timeZone)} ${zoneName(timeZone)}`;

/** 2026-02-27 → Fri 27 Feb 2026. A session date has no zone. */
export function sessionDay(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return `${WEEKDAYS[new Date(Date.UTC(year, month - 1, date)).getUTCDay()]} ${date} ${MONTHS[month - 1]} ${year}`;
}
/** 2026-02-27 → 27 Feb */
export function shortDay(day: string): string {
  const [, month = 1, date = 1] = day.split('-').map(Number);
  return `${date} ${MONTHS[month - 1]}`;
}

/** How long ago, coarse: 45 min, 3 h, 2 d. */
export function age(fromMs: number, nowMs: number): string {
  const minutes = Math.max(0, Math.floor((nowMs - fromMs) / 60_000));
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 1440)} d`;
}

/** 12.3 s, 840 ms, 2 min 05 s */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
