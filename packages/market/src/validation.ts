import { type EpochMs, fromEpochDay } from '@aion/core';
import { type BarTable, openTimeMsOf } from './bars.ts';
import type { ExchangeCalendar } from './calendar.ts';
import { type FileDefect, MAX_ROW_DEFECTS, type RowDefect, type RowDefectCode } from './defects.ts';
import type { ParsedBars } from './parse/bars-file.ts';
import { allRows, compareKeys, keyOrder, sameValues, symbolRanks } from './table-order.ts';
import { makeSessionMinutes, phaseOf } from './session-minutes.ts';

/** What INGEST found in one file. `rows` are the good ones: row numbers of the parsed table in key order. */
export interface IngestResult {
  readonly kind: 'checked';
  readonly rows: Int32Array;
  readonly defects: readonly RowDefect[];
  readonly metrics: IngestMetrics;
}

export interface IngestMetrics {
  readonly rows: number;
  readonly good: number;
  /** Rows that repeat another row of the file with the same values. */
  readonly duplicates: number;
  readonly quarantined: Readonly<Partial<Record<RowDefectCode, number>>>;
  readonly firstDay: number;
  readonly lastDay: number;
}

export interface IngestRules {
  readonly calendar: ExchangeCalendar;
  /** Rows of a later exchange date are from the future. */
  readonly nowMs: EpochMs;
  /** All rows must be of one date, which must not lie in the future. */
  readonly oneSession: boolean;
  /** Bar size of an intraday table; undefined for daily ones. */
  readonly barMinutes?: number;
}

const MAX_PRICE = 10_000_000;
const MAX_VOLUME_SHARES = 1e12;

/**
 * The INGEST stage: ranges, order of OHLC, dates against clock and calendar, duplicates. A defect of the file's
 * structure refuses the file; a row's defect sets the row aside. Pure.
 */
export function validateIngest(
  parsed: Omit<ParsedBars, 'observed'>,
  rules: IngestRules,
): IngestResult | { kind: 'refused'; defect: FileDefect } {
  const { table } = parsed;
  const days = dayRange(table);
  const refusal = refuseDates(table, days, rules);
  if (refusal !== undefined) return { kind: 'refused', defect: refusal };

  const defects: RowDefect[] = [...parsed.defects];
  const bad = new Uint8Array(table.symbolIndex.length);
  const closedRows: number[] = [];
  const report = (row: number, code: RowDefectCode, field: string, value: number, message: string): void => {
    bad[row] = 1;
    if (code === 'no_session' && table.openMinute === null) closedRows.push(row);
    else defects.push(rowDefect(parsed, row, code, field, String(value), message));
  };
  checkRows(table, rules, report);
  for (const defect of closedDefects(parsed, closedRows, rules.calendar)) defects.push(defect);
  if (defects.length > MAX_ROW_DEFECTS) {
    return {
      kind: 'refused',
      defect: {
        code: 'too_many_defects',
        message: `${defects.length} rows are defective, more than ${MAX_ROW_DEFECTS}; check the file and try again`,
      },
    };
  }
  const { rows, duplicates } = uniqueRows(parsed, bad, defects);
  const quarantined: Partial<Record<RowDefectCode, number>> = {};
  for (const { code } of defects) quarantined[code] = (quarantined[code] ?? 0) + 1;
  return {
    kind: 'checked',
    rows,
    defects: defects.sort((a, b) => a.line - b.line),
    metrics: {
      rows: parsed.rows,
      good: rows.length,
      duplicates,
      quarantined,
      firstDay: days.first,
      lastDay: days.last,
    },
  };
}

/**
 * Rows of days on which the exchange was closed. A source that fills holidays repeats the session before: that is said, because
 * all its other days deserve a look then.
 */
function closedDefects(
  parsed: Omit<ParsedBars, 'observed'>,
  rows: readonly number[],
  calendar: ExchangeCalendar,
): RowDefect[] {
  if (rows.length === 0) return [];
  const { table } = parsed;
  const { isSessionDay, firstDay, exchange } = calendar;
  const sessionBefore = (day: number): number => {
    let before = day - 1;
    while (before > firstDay && isSessionDay[before - firstDay] !== 1) before--;
    return before;
  };
  const key = (symbolIndex: number, day: number): string => `${symbolIndex} ${day}`;
  const wanted = new Set(rows.map((row) => key(table.symbolIndex[row]!, sessionBefore(table.sessionDay[row]!))));
  const rowOf = new Map<string, number>();
  for (let row = 0; row < table.sessionDay.length; row++) {
    const at = key(table.symbolIndex[row]!, table.sessionDay[row]!);
    if (wanted.has(at)) rowOf.set(at, row);
  }
  return rows.map((row) => {
    const day = table.sessionDay[row]!;
    const before = rowOf.get(key(table.symbolIndex[row]!, sessionBefore(day)));
    if (before === undefined || !samePrices(table, before, row)) {
      const message = `${exchange} had no session on that date; check the row's date`;
      return rowDefect(parsed, row, 'no_session', 'date', String(day), message);
    }
    const message =
      `${exchange} had no session on that date, and the row repeats ${fromEpochDay(sessionBefore(day))}: the source fills ` +
      'closed days; leave the row out';
    return rowDefect(parsed, row, 'forward_filled', 'date', String(day), message);
  });
}

/** Fillers copy the prices, and the volume or none. */
function samePrices({ open, high, low, close, volumeShares }: BarTable, a: number, b: number): boolean {
  const same = open[a] === open[b] && high[a] === high[b] && low[a] === low[b] && close[a] === close[b];
  // Some carry only the close on: open, high and low at the last close, nothing traded.
  const carried = open[b] === close[a] && high[b] === close[a] && low[b] === close[a] && volumeShares[b] === 0;
  return (same && (volumeShares[b] === volumeShares[a] || volumeShares[b] === 0)) || carried;
}

function dayRange(table: BarTable): { first: number; last: number } {
  let first = Infinity;
  let last = -Infinity;
  for (const day of table.sessionDay) {
    if (day < first) first = day;
    if (day > last) last = day;
  }
  return { first, last };
}

function refuseDates(
  table: BarTable,
  { first, last }: { first: number; last: number },
  { calendar, nowMs, oneSession }: IngestRules,
): FileDefect | undefined {
  if (table.sessionDay.length === 0) return undefined;
  const today = calendar.dateAt(nowMs);
  if (oneSession && first !== last) {
    return {
      code: 'mixed_dates',
      message:
        `a bhavcopy holds one session, this file has rows of ${fromEpochDay(first)} and of ${fromEpochDay(last)}; ` +
        'download the file again, or split it by date',
    };
  }
  if (oneSession && fromEpochDay(first) > today) {
    return {
      code: 'future_file',
      message: `the file is dated ${fromEpochDay(first)}, after today (${today}); check the file and the machine's clock`,
    };
  }
  const outside = first < calendar.firstDay ? first : last > calendar.lastDay ? last : undefined;
  if (outside === undefined) return undefined;
  return {
    code: 'outside_calendar',
    message:
      `the file has rows of ${fromEpochDay(outside)}, outside the ${calendar.exchange} calendar, which covers ` +
      `${calendar.coverage.from} to ${calendar.coverage.to}; leave those rows out, or update the calendar data`,
  };
}

type Report = (row: number, code: RowDefectCode, field: string, value: number, message: string) => void;

function checkRows(table: BarTable, rules: IngestRules, report: Report): void {
  const { open, high, low, close, volumeShares, sessionDay, openMinute } = table;
  const { calendar } = rules;
  const { isSessionDay, firstDay } = calendar;
  const today = Math.floor(calendar.localMinutesAt(rules.nowMs) / 1440);
  const hours = openMinute === null ? undefined : makeSessionMinutes(calendar);
  for (let row = 0; row < sessionDay.length; row++) {
    const day = sessionDay[row]!;
    const o = open[row]!;
    const h = high[row]!;
    const l = low[row]!;
    const c = close[row]!;
    const volume = volumeShares[row]!;
    if (!(l > 0 && o > 0 && c > 0 && h > 0 && h <= MAX_PRICE && l <= MAX_PRICE && o <= MAX_PRICE && c <= MAX_PRICE)) {
      const [field, value] = worstPrice(o, h, l, c);
      report(row, 'price_range', field, value, `expected a price above 0 and at most ${MAX_PRICE}; correct the row`);
    } else if (!(volume >= 0 && volume <= MAX_VOLUME_SHARES)) {
      report(row, 'volume_range', 'volume', volume, `expected 0 to ${MAX_VOLUME_SHARES} shares; correct the row`);
    } else if (!(h >= o && h >= c && h >= l)) {
      const most = Math.max(o, c, l);
      report(row, 'ohlc_order', 'high', h, `expected high at or above open, close and low (${most}); correct the row`);
    } else if (!(l <= o && l <= c)) {
      report(
        row,
        'ohlc_order',
        'low',
        l,
        `expected low at or below open and close (${Math.min(o, c)}); correct the row`,
      );
    } else if (day > today) {
      report(
        row,
        'future_date',
        'date',
        day,
        `the bar lies after today (${fromEpochDay(today)}); check date and clock`,
      );
    } else if (isSessionDay[day - firstDay] !== 1) {
      report(row, 'no_session', 'date', day, `${calendar.exchange} had no session on that date; check the row's date`);
    } else if (hours !== undefined && openMinute !== null) {
      const minute = openMinute[row]!;
      const found = hours(day);
      if (found === undefined || minute < found.open || minute >= found.close) {
        report(row, 'no_session', 'datetime', minute, `the bar opens outside the session of ${fromEpochDay(day)}`);
      } else if (phaseOf(found, minute, rules.barMinutes ?? 1) === undefined) {
        report(row, 'no_session', 'datetime', minute, `trading paused then on ${fromEpochDay(day)}`);
      } else if (openTimeMsOf(day, minute, calendar) > rules.nowMs) {
        report(row, 'future_date', 'datetime', minute, 'the bar opens in the future; check the row and the clock');
      }
    }
  }
}

function worstPrice(open: number, high: number, low: number, close: number): [string, number] {
  const named: [string, number][] = [
    ['open', open],
    ['high', high],
    ['low', low],
    ['close', close],
  ];
  return named.find(([, value]) => !(value > 0 && value <= MAX_PRICE)) ?? ['close', close];
}

/** Rows without defect in key order, one per key. Equal repeats are counted, conflicting ones all set aside. */
function uniqueRows(
  parsed: Omit<ParsedBars, 'observed'>,
  bad: Uint8Array,
  defects: RowDefect[],
): { rows: Int32Array; duplicates: number } {
  const { table } = parsed;
  const ranks = symbolRanks(table.symbols);
  const sorted = keyOrder(table, ranks);
  // In strict key order there are no repeats.
  if (sorted === null && !bad.includes(1)) return { rows: allRows(bad.length), duplicates: 0 };
  const good = (sorted ?? allRows(bad.length)).filter((row) => bad[row] === 0);
  const rows = new Int32Array(good.length);
  let count = 0;
  let duplicates = 0;
  for (let start = 0; start < good.length;) {
    const first = good[start]!;
    let end = start + 1;
    while (end < good.length && compareKeys(table, ranks, first, good[end]!) === 0) end++;
    if (end === start + 1) {
      rows[count++] = first;
      start = end;
      continue;
    }
    const group = good.subarray(start, end);
    if (group.every((row) => sameValues(table, first, table, row))) {
      rows[count++] = first;
      duplicates += group.length - 1;
    } else {
      const places = Array.from(group, (row) => parsed.line[row]).join(', ');
      const message = `lines ${places} give the same instrument and time with other values; remove the wrong ones`;
      for (const row of group) {
        defects.push(rowDefect(parsed, row, 'duplicate_conflict', 'close', String(table.close[row]), message));
      }
    }
    start = end;
  }
  return { rows: rows.subarray(0, count), duplicates };
}

function rowDefect(
  parsed: Omit<ParsedBars, 'observed'>,
  row: number,
  code: RowDefectCode,
  field: string,
  value: string,
  message: string,
): RowDefect {
  const { table, line } = parsed;
  const date = fromEpochDay(table.sessionDay[row]!);
  const symbol = table.symbols[table.symbolIndex[row]!]!;
  return { code, line: line[row]!, field, value: field === 'date' ? date : value, message, symbol, date };
}
