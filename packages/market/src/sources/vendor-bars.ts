import { type EpochMs, fromEpochDay, toIso, type Exchange } from '@aion/core';
import type { DailyBars, IntradayBars } from '../bars.ts';
import { loadCalendar } from '../calendar.ts';
import { EXCHANGE_FACTS, instantOf, localTime } from './exchange-time.ts';

export type RejectReason =
  | 'missing_value'
  | 'price_range'
  | 'volume_range'
  | 'ohlc_order'
  | 'duplicate_conflict'
  | 'unfinished'
  | 'no_session'
  | 'out_of_session'
  | 'misaligned'
  | 'not_asked_for'
  | 'value';

/** A vendor's row that did not become a bar, and why. */
export interface RejectedBar {
  /** Date or instant, as far as the vendor gave one. */
  readonly at: string;
  readonly reason: RejectReason;
  readonly detail: string;
}

export interface VendorPrices {
  readonly open: number | null | undefined;
  readonly high: number | null | undefined;
  readonly low: number | null | undefined;
  readonly close: number | null | undefined;
  readonly volume: number | null | undefined;
}

export interface VendorDay extends VendorPrices {
  readonly day: number;
}

export interface VendorMinute extends VendorPrices {
  readonly openTimeMs: EpochMs;
}

export interface VendorContext {
  readonly symbol: string;
  readonly exchange: Exchange;
  /** When the answer came: what was not over by then is not a bar. */
  readonly nowMs: EpochMs;
  /** Epoch days that were asked for, both inclusive. */
  readonly fromDay: number;
  readonly toDay: number;
}

const MAX_PRICE = 1e8;

/** The shortest decimal of a price that a vendor kept in single precision: 2500.10009765625 is 2500.1. Others stay as they are. */
function toDecimal(value: number): number {
  if (Math.fround(value) !== value) return value;
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

type Row = { open: number; high: number; low: number; close: number; volume: number };

function checkPrices(row: VendorPrices): Row | Pick<RejectedBar, 'reason' | 'detail'> {
  const values = [row.open, row.high, row.low, row.close, row.volume];
  if (values.some((value) => value === null || value === undefined || Number.isNaN(value))) {
    return {
      reason: 'missing_value',
      detail: `expected open, high, low, close and volume, found ${values.join(', ')}`,
    };
  }
  const [open, high, low, close] = (values as number[]).map(toDecimal) as [number, number, number, number];
  const volume = row.volume!;
  const prices = [open, high, low, close];
  if (!prices.every((price) => price > 0 && price <= MAX_PRICE)) {
    return { reason: 'price_range', detail: `expected prices above 0, found ${prices.join(', ')}` };
  }
  if (!(volume >= 0 && Number.isFinite(volume))) {
    return { reason: 'volume_range', detail: `expected a volume of 0 or more, found ${volume}` };
  }
  if (!(high >= Math.max(open, close, low) && low <= Math.min(open, close))) {
    return { reason: 'ohlc_order', detail: `expected low ≤ open, close ≤ high, found ${prices.join(', ')}` };
  }
  return { open, high, low, close, volume: Math.round(volume) };
}

/** Rows by key, ascending; the same row twice is one, two that differ are none. */
function unique(rows: readonly { key: number; row: Row }[], name: (key: number) => string, rejected: RejectedBar[]) {
  const byKey = new Map<number, Row | null>();
  for (const { key, row } of rows) {
    const twin = byKey.get(key);
    if (twin === undefined) byKey.set(key, row);
    else if (twin !== null && JSON.stringify(twin) !== JSON.stringify(row)) byKey.set(key, null);
  }
  for (const [key, row] of byKey) {
    if (row === null) {
      rejected.push({
        at: name(key),
        reason: 'duplicate_conflict',
        detail: 'the answer gives it twice with other values',
      });
    }
  }
  return [...byKey]
    .filter((entry): entry is [number, Row] => entry[1] !== null)
    .sort(([a], [b]) => a - b)
    .map(([key, row]) => ({ key, row }));
}

function columnsOf(rows: readonly { row: Row }[]) {
  const pick = (name: keyof Row): Float64Array => Float64Array.from(rows, ({ row }) => row[name]);
  return {
    open: pick('open'),
    high: pick('high'),
    low: pick('low'),
    close: pick('close'),
    volumeShares: pick('volume'),
  };
}

/** Opening and close of a day; null when the exchange is closed. Where the calendar does not reach, the regular hours. */
function makeHours(exchange: Exchange): (day: number) => readonly [openMs: EpochMs, closeMs: EpochMs] | null {
  const calendar = loadCalendar(exchange);
  const { timeZone, openMinute, closeMinute } = EXCHANGE_FACTS[exchange];
  const known = new Map<number, readonly [EpochMs, EpochMs] | null>();
  const look = (day: number): readonly [EpochMs, EpochMs] | null => {
    const date = fromEpochDay(day);
    if (!calendar.covers(date)) return [instantOf(day, openMinute, timeZone), instantOf(day, closeMinute, timeZone)];
    const session = calendar.session(date);
    return session.kind === 'closed' ? null : [session.openMs, session.closeMs];
  };
  return (day) => {
    const found = known.get(day);
    if (found !== undefined) return found;
    const hours = look(day);
    known.set(day, hours);
    return hours;
  };
}

/**
 * A vendor's daily rows, in any order, to bars of whole sessions inside the range that was asked for.
 *
 * @example
 * const rows = [{ day: 20_511, open: 1490, high: 1515, low: 1488, close: 1510, volume: 1_000_000 }];
 * toDailyBars(rows, { symbol: 'INFY', exchange: 'NSE', nowMs, fromDay: 20_511, toDay: 20_511 }).bars.close // [1510]
 */
export function toDailyBars(
  rows: readonly VendorDay[],
  context: VendorContext,
): { bars: DailyBars; rejected: RejectedBar[] } {
  const rejected: RejectedBar[] = [];
  const hoursOf = makeHours(context.exchange);
  const good: { key: number; row: Row }[] = [];
  for (const given of rows) {
    const at = fromEpochDay(given.day);
    const hours = hoursOf(given.day);
    const checked = checkPrices(given);
    if (given.day < context.fromDay || given.day > context.toDay) {
      rejected.push({ at, reason: 'not_asked_for', detail: 'the vendor gave a day outside the range' });
    } else if (hours === null) {
      // Vendors fill holidays with the day before.
      rejected.push({ at, reason: 'no_session', detail: `${context.exchange} had no session on that day` });
    } else if (hours[1] > context.nowMs) {
      // The vendor stamps the unfinished session too; using it would leak a price that is not the close.
      rejected.push({ at, reason: 'unfinished', detail: 'the session had not ended when the vendor was asked' });
    } else if ('reason' in checked) rejected.push({ at, ...checked });
    else good.push({ key: given.day, row: checked });
  }
  const kept = unique(good, fromEpochDay, rejected);
  const sessionDay = Int32Array.from(kept, ({ key }) => key);
  return { bars: { symbol: context.symbol, sessionDay, ...columnsOf(kept) }, rejected };
}

/**
 * A vendor's intraday rows to closed bars of the regular session, aligned on its opening.
 *
 * @example
 * const openTimeMs = Date.parse('2026-02-27T03:45:00Z');
 * const rows = [{ openTimeMs, open: 1490, high: 1515, low: 1488, close: 1510, volume: 1_000_000 }];
 * toIntradayBars(rows, 60, { symbol: 'INFY', exchange: 'NSE', nowMs, fromDay: 20_511, toDay: 20_511 }).bars.close // [1510]
 */
export function toIntradayBars(
  rows: readonly VendorMinute[],
  barMinutes: number,
  context: VendorContext,
): { bars: IntradayBars; rejected: RejectedBar[] } {
  const rejected: RejectedBar[] = [];
  const { timeZone } = EXCHANGE_FACTS[context.exchange];
  const hoursOf = makeHours(context.exchange);
  const stepMs = barMinutes * 60_000;
  const good: { key: number; row: Row }[] = [];
  for (const given of rows) {
    const at = toIso(given.openTimeMs);
    const { openTimeMs } = given;
    const { day } = localTime(openTimeMs, timeZone);
    const hours = hoursOf(day);
    const checked = checkPrices(given);
    if (day < context.fromDay || day > context.toDay) {
      rejected.push({ at, reason: 'not_asked_for', detail: 'the vendor gave a bar outside the range' });
    } else if (hours === null) {
      rejected.push({ at, reason: 'no_session', detail: `${context.exchange} had no session on that day` });
    } else if (openTimeMs < hours[0] || openTimeMs >= hours[1]) {
      rejected.push({ at, reason: 'out_of_session', detail: 'before the opening or after the close' });
    } else if ((openTimeMs - hours[0]) % stepMs !== 0) {
      rejected.push({ at, reason: 'misaligned', detail: `not on a ${barMinutes}-minute step from the opening` });
    } else if (Math.min(openTimeMs + stepMs, hours[1]) > context.nowMs) {
      rejected.push({ at, reason: 'unfinished', detail: 'the bar had not closed when the vendor was asked' });
    } else if ('reason' in checked) rejected.push({ at, ...checked });
    else good.push({ key: given.openTimeMs, row: checked });
  }
  const kept = unique(good, toIso, rejected);
  const openTimeMs = Float64Array.from(kept, ({ key }) => key);
  return { bars: { symbol: context.symbol, barMinutes, openTimeMs, ...columnsOf(kept) }, rejected };
}
