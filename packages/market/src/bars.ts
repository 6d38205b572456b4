import type { EpochMs } from '@aion/core';
import type { OhlcvColumn } from './bar-columns.ts';

/**
 * Daily bars of one instrument as equal-length columns, oldest first, one per session.
 * Prices in major currency units, raw unless said otherwise. No column holds NaN.
 */
export interface DailyBars {
  readonly symbol: string;
  /** Days since 1970-01-01 of the session's date in exchange time. */
  readonly sessionDay: Int32Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volumeShares: Float64Array;
}

/** Intraday bars of one instrument, oldest first. `openTimeMs` is the instant the bar opened. */
export interface IntradayBars {
  readonly symbol: string;
  readonly barMinutes: number;
  readonly openTimeMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volumeShares: Float64Array;
}

/**
 * Bars of many instruments as equal-length columns over a dictionary of symbols. Stored tables are sorted by
 * (symbol, session day, open minute) and their dictionary is sorted too; parsed ones keep the file's order.
 */
export interface BarTable {
  readonly symbols: readonly string[];
  /** Index into `symbols`. */
  readonly symbolIndex: Int32Array;
  readonly sessionDay: Int32Array;
  /** Minutes after midnight in exchange time at which the bar opened; null in a table of daily bars. */
  readonly openMinute: Int32Array | null;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volumeShares: Float64Array;
  /** Where each bar came from; absent when nobody asked for it or nobody knows. Never part of a bar's value. */
  readonly provenance?: BarProvenance | undefined;
}

/** The origin of each row as an index into ids of stored origins (`saveOrigin`); the id '' stands for unknown. */
export interface BarProvenance {
  readonly ids: readonly string[];
  readonly index: Int32Array;
}

/** What the lake keeps apart: `index` series (NIFTY50, INDIA_VIX …) are never part of the universe. */
export const SERIES_NAMES = [
  'daily',
  'hourly',
  'five-minute',
  'minute',
  'index',
  'index-hourly',
  'index-five-minute',
  'index-minute',
] as const;
export type SeriesName = (typeof SERIES_NAMES)[number];

export const HOURLY_BAR_MINUTES = 60;

/** How an exchange's clock stands to UTC; its calendar has both. */
export interface ExchangeClock {
  /** Exchange time minus UTC during the sessions of a day, in minutes. */
  utcOffsetMinutesOn(day: number): number;
  /** Minutes since 1970-01-01 00:00 that the exchange's wall clock shows at an instant. */
  localMinutesAt(ms: EpochMs): number;
}

/** The instant at which a bar of the given session day and exchange minute opened. */
export function openTimeMsOf(sessionDay: number, openMinute: number, exchange: ExchangeClock): EpochMs {
  return (sessionDay * 1440 + openMinute - exchange.utcOffsetMinutesOn(sessionDay)) * 60_000;
}

/**
 * A table of daily bars from one instrument's columns per entry; the entries may stand in any order.
 *
 * @example toBarTable([infy, tcs]).symbols // ['INFY', 'TCS']
 */
export function toBarTable(series: readonly DailyBars[]): BarTable {
  const sorted = [...series].sort((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0));
  const total = sorted.reduce((sum, bars) => sum + bars.sessionDay.length, 0);
  const table = makeBarTable(
    sorted.map((bars) => bars.symbol),
    total,
    false,
  );
  let at = 0;
  sorted.forEach((bars, index) => {
    table.symbolIndex.fill(index, at, at + bars.sessionDay.length);
    table.sessionDay.set(bars.sessionDay, at);
    copyPrices(bars, table, at);
    at += bars.sessionDay.length;
  });
  return table;
}

/** A table of intraday bars from one instrument's columns per entry. */
export function toIntradayTable(series: readonly IntradayBars[], exchange: ExchangeClock): BarTable {
  const sorted = [...series].sort((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0));
  const total = sorted.reduce((sum, bars) => sum + bars.openTimeMs.length, 0);
  const table = makeBarTable(
    sorted.map((bars) => bars.symbol),
    total,
    true,
  );
  let at = 0;
  sorted.forEach((bars, index) => {
    table.symbolIndex.fill(index, at, at + bars.openTimeMs.length);
    bars.openTimeMs.forEach((ms, row) => {
      const minutes = exchange.localMinutesAt(ms);
      table.sessionDay[at + row] = Math.floor(minutes / 1440);
      table.openMinute![at + row] = ((minutes % 1440) + 1440) % 1440;
    });
    copyPrices(bars, table, at);
    at += bars.openTimeMs.length;
  });
  return table;
}

/** Columns of the given length, filled with zeros, for the caller to fill. */
export function makeBarTable(symbols: readonly string[], length: number, intraday: boolean): BarTable {
  return {
    symbols,
    symbolIndex: new Int32Array(length),
    sessionDay: new Int32Array(length),
    openMinute: intraday ? new Int32Array(length) : null,
    open: new Float64Array(length),
    high: new Float64Array(length),
    low: new Float64Array(length),
    close: new Float64Array(length),
    volumeShares: new Float64Array(length),
  };
}

type Prices = Pick<BarTable, OhlcvColumn>;

function copyPrices(from: Prices, to: Prices, at: number): void {
  to.open.set(from.open, at);
  to.high.set(from.high, at);
  to.low.set(from.low, at);
  to.close.set(from.close, at);
  to.volumeShares.set(from.volumeShares, at);
}

/**
 * The rows from `start` to `end` (exclusive) of a sorted table, all of one symbol, as views that share its memory. Without rows the symbol
 * is empty.
 *
 * @example
 * const series = symbolRuns(table).map(({ start, end }) => sliceDailyBars(table, start, end)); // one DailyBars per symbol
 */
export function sliceDailyBars(table: BarTable, start: number, end: number): DailyBars {
  return {
    symbol: table.symbols[table.symbolIndex[start] ?? -1] ?? '',
    sessionDay: table.sessionDay.subarray(start, end),
    open: table.open.subarray(start, end),
    high: table.high.subarray(start, end),
    low: table.low.subarray(start, end),
    close: table.close.subarray(start, end),
    volumeShares: table.volumeShares.subarray(start, end),
  };
}

/**
 * Start and end of each symbol's rows in a sorted table, in the table's order.
 *
 * @example symbolRuns(table) // [{ symbol: 'INFY', start: 0, end: 2 }, { symbol: 'TCS', start: 2, end: 3 }]
 */
export function symbolRuns(table: BarTable): { symbol: string; start: number; end: number }[] {
  const runs: { symbol: string; start: number; end: number }[] = [];
  const rows = table.symbolIndex;
  for (let start = 0; start < rows.length;) {
    const index = rows[start]!;
    let end = start + 1;
    while (end < rows.length && rows[end] === index) end++;
    runs.push({ symbol: table.symbols[index]!, start, end });
    start = end;
  }
  return runs;
}
