import { fromEpochDay } from '@aion/core';
import type { BarTable } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import { type FileDefect, MAX_ROW_DEFECTS, type RowDefect, type RowDefectCode, quoteValue } from '../defects.ts';
import { isoDayAt, minuteAt, monthDayAt } from './dates.ts';
import { type Layout, ROLE } from './layout.ts';
import { BEFORE_1970, cutInLastRow, messageOf, tooManyDefects, truncated } from './bars-file-defects.ts';
import { makeFileTimes } from './file-times.ts';
import { readNumber } from './number-text.ts';
import { BLANK, COMMA, columnsOf, CR, fieldEnd, isEmptyLast, LF, textOf } from './row-bytes.ts';
import { isKnownSeries } from './series.ts';
import { isExchangeOf } from './exchange-name.ts';
import { type SymbolObservation, makeSymbolObserver } from './symbol-observer.ts';
import { makeSymbolDictionary, OTHER_EXCHANGE, seriesName } from './symbol-dictionary.ts';
import type { TextFile } from './text.ts';

/** What a bar file holds, in the file's order, before any rule but "it can be read" was applied. */
export interface ParsedBars {
  readonly table: BarTable;
  /** Line of each row in the file, the header being line 1. */
  readonly line: Int32Array;
  /** Rows after the header, blank lines aside. */
  readonly rows: number;
  readonly defects: RowDefect[];
  /** Rows of known series other than EQ, by series. */
  readonly skippedBySeries: Readonly<Record<string, number>>;
  /** What the good rows of a file of days say of their symbols, where it has a column for that. */
  readonly observed: readonly SymbolObservation[];
  /** What was decided without the file saying so, and what is stored otherwise than it is written. */
  readonly notes: readonly string[];
}

const EQ = 0x4551;
const MAX_DIGITS = 15; // beyond it the mantissa is no exact integer
const POWERS = Float64Array.from({ length: MAX_DIGITS + 1 }, (_, i) => 10 ** i);
// No row that can be stored is shorter: A,2020-01-01,1,1,1,1,0
const SHORTEST_ROW = 22;

/**
 * Reads a bar file of a known layout byte by byte into columns. Rows that cannot be read become defects;
 * a file that is cut off, or hardly readable at all, is refused as a whole.
 *
 * One loop on purpose: a file has up to millions of rows, and each of their fields passes here.
 */
export function parseBars(text: TextFile, layout: Layout, calendar: ExchangeCalendar): ParsedBars | FileDefect {
  const { bytes } = text;
  const { roles, fields } = layout;
  if (!text.complete && layout.oneSession) {
    const cut = cutInLastRow(text, layout);
    if (cut !== undefined) return cut;
  }
  const columnCount = roles.length;
  const intraday = layout.name === 'plain-intraday';
  const capacity = Math.ceil((bytes.length - text.bodyStart) / SHORTEST_ROW) + 1;
  // The exchange's own files spell its symbols as they are.
  const dictionary = makeSymbolDictionary(layout.oneSession ? undefined : calendar.exchange);
  const times = makeFileTimes(text, layout, calendar);
  const observer = makeSymbolObserver(bytes, layout);
  const { prevAt, isinAt } = observer;
  const seriesAt = roles.indexOf(ROLE.series);
  const observes = !intraday && (prevAt >= 0 || isinAt >= 0);
  const symbolIndex = new Int32Array(capacity);
  const sessionDay = new Int32Array(capacity);
  const openMinute = intraday ? new Int32Array(capacity) : null;
  const values = [0, 1, 2, 3, 4].map(() => new Float64Array(capacity));
  const [open, high, low, close, volumeShares] = values as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const lines = new Int32Array(capacity);
  const defects: RowDefect[] = [];
  const skipped = new Map<number, number>();

  let count = 0;
  let rows = 0;
  let line = 1;
  let at = text.bodyStart;
  const end = bytes.length;

  while (at < end) {
    line++;
    let symbol = -1;
    let day = -1;
    let minute = -1;
    let column = 0;
    let code: RowDefectCode | undefined;
    let badStart = at;
    let prevStart = 0;
    let prevEnd = 0;
    let isinStart = 0;
    let isinEnd = 0;
    const lineStart = at;
    if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF)) {
      at = bytes.indexOf(LF, at) + 1;
      continue;
    }
    rows++;
    for (;;) {
      const role = column < columnCount ? roles[column]! : ROLE.skip;
      let start = at;
      if (role >= ROLE.open) {
        while (bytes[at] === BLANK) at++;
        let mantissa = 0;
        let length = 0;
        let scale = 0;
        let negative = bytes[at] === 45;
        if (negative) at++;
        let digit = bytes[at]! - 48;
        while (digit >= 0 && digit <= 9) {
          mantissa = mantissa * 10 + digit;
          length++;
          digit = bytes[++at]! - 48;
        }
        if (digit === -2) {
          digit = bytes[++at]! - 48;
          while (digit >= 0 && digit <= 9) {
            mantissa = mantissa * 10 + digit;
            length++;
            scale++;
            digit = bytes[++at]! - 48;
          }
        }
        const stop = bytes[at]!;
        let value = scale === 0 ? mantissa : mantissa / POWERS[scale]!;
        if (length === 0 || length > MAX_DIGITS || (stop !== COMMA && stop !== LF)) {
          at = fieldEnd(bytes, at);
          const written = readNumber(textOf(bytes, start, at), calendar.currency);
          if (written === undefined) {
            code = 'number';
            badStart = start;
            break;
          }
          value = written;
          negative = false;
        }
        values[role - ROLE.open]![count] = negative ? -value : value;
      } else {
        let byte = bytes[at]!;
        while (byte !== COMMA && byte !== LF) byte = bytes[++at]!;
        if (role !== ROLE.skip) {
          let stop = at;
          while (start < stop && bytes[start] === BLANK) start++;
          while (stop > start && (bytes[stop - 1] === BLANK || bytes[stop - 1] === CR)) stop--;
          if (role === ROLE.symbol) {
            symbol = dictionary.indexOf(bytes, start, stop);
            if (symbol < OTHER_EXCHANGE) {
              skipped.set(-symbol, (skipped.get(-symbol) ?? 0) + 1);
              column = -1;
              break;
            }
            if (symbol < 0) code = symbol === OTHER_EXCHANGE ? 'other_exchange' : 'symbol';
          } else if (role === ROLE.series) {
            const series = stop - start === 2 ? (bytes[start]! << 8) | bytes[start + 1]! : -1;
            if (series !== EQ) {
              if (series >= 0 && isKnownSeries(seriesName(series))) {
                skipped.set(series, (skipped.get(series) ?? 0) + 1);
                column = -1;
                break;
              }
              code = 'unknown_series';
            }
          } else if (role === ROLE.exchange) {
            if (!isExchangeOf(calendar.exchange, textOf(bytes, start, stop))) code = 'other_exchange';
          } else if (role === ROLE.isoDate) {
            day = isoDayAt(bytes, start, stop);
            if (day < 0) day = times.dayOf(textOf(bytes, start, stop));
            if (day < 0) code = 'date';
          } else if (role === ROLE.monthDate) {
            day = monthDayAt(bytes, start, stop);
            if (day < 0) code = 'date';
          } else {
            day = isoDayAt(bytes, start, start + 10);
            minute = minuteAt(bytes, start + 11, stop);
            if (day < 0 || minute < 0) [day, minute] = times.minuteOf(textOf(bytes, start, stop));
            if (day < 0 || minute < 0) code = 'date';
          }
          if (code !== undefined) {
            badStart = start;
            break;
          }
        } else if (column === prevAt) {
          prevStart = start;
          prevEnd = at;
        } else if (column === isinAt) {
          isinStart = start;
          isinEnd = at;
        }
      }
      column++;
      if (bytes[at] === LF) break;
      at++;
    }
    if (column < 0) {
      const lineEnd = bytes.indexOf(LF, at);
      // The rows of other series are not read, but a file that breaks off in one of them breaks off all the same.
      if (!text.complete && lineEnd + 1 >= end) {
        const found = columnsOf(bytes, lineStart, lineEnd);
        if (found < columnCount) return truncated(line, found, columnCount);
      }
      at = lineEnd + 1;
      continue;
    }
    if (code === undefined && column !== columnCount) {
      const emptyLast = column === columnCount + 1 && isEmptyLast(bytes, at);
      if (!emptyLast) {
        if (!text.complete && at + 1 >= end && column < columnCount) return truncated(line, column, columnCount);
        code = 'columns';
        badStart = lineStart;
      }
    } else if (code !== undefined && !text.complete && bytes.indexOf(LF, at) + 1 >= end) {
      // A cut last line may also break off inside a field.
      return truncated(line, column + 1, columnCount);
    }
    if (code === 'date') {
      const contradiction = times.contradiction();
      if (contradiction !== undefined) return { code: 'unclear_dates', message: contradiction };
    }
    if (code !== undefined) {
      const lineEnd = bytes.indexOf(LF, at);
      const stop = code === 'columns' ? lineEnd : fieldEnd(bytes, badStart);
      const field = code === 'columns' ? '' : (fields[column] ?? '');
      const value = textOf(bytes, badStart, stop);
      if (observes && code === 'number' && symbol >= 0 && seriesAt < column)
        observer.badRow(symbol, lineStart, lineEnd);
      const known = {
        ...(symbol >= 0 && { symbol: dictionary.symbols[symbol]! }),
        ...(day >= 0 && { date: fromEpochDay(day) }),
      };
      defects.push({
        code,
        line,
        field,
        value: quoteValue(value),
        message:
          code === 'date' && times.isBefore1970(value) ? BEFORE_1970 : messageOf(code, field, column, columnCount),
        ...known,
      });
      if (defects.length > MAX_ROW_DEFECTS) return tooManyDefects(line);
      at = lineEnd + 1;
      continue;
    }
    if (observes) observer.row(symbol, day, prevStart, prevEnd, isinStart, isinEnd);
    symbolIndex[count] = symbol;
    sessionDay[count] = day;
    if (openMinute !== null) openMinute[count] = minute;
    lines[count] = line;
    count++;
    at++;
  }

  return {
    table: {
      symbols: dictionary.symbols,
      symbolIndex: symbolIndex.subarray(0, count),
      sessionDay: sessionDay.subarray(0, count),
      openMinute: openMinute === null ? null : openMinute.subarray(0, count),
      open: open.subarray(0, count),
      high: high.subarray(0, count),
      low: low.subarray(0, count),
      close: close.subarray(0, count),
      volumeShares: volumeShares.subarray(0, count),
    },
    line: lines.subarray(0, count),
    rows,
    defects,
    skippedBySeries: Object.fromEntries([...skipped].map(([series, rowCount]) => [seriesName(series), rowCount])),
    observed: observer.observed(dictionary.symbols),
    notes: [...times.notes(), ...respeltNotes(dictionary.respelt)],
  };
}

const NAMED = 3;

function respeltNotes(respelt: ReadonlyMap<string, string>): string[] {
  if (respelt.size === 0) return [];
  const named = [...respelt].slice(0, NAMED).map(([symbol, spelling]) => `${spelling} as ${symbol}`);
  const more = respelt.size > NAMED ? ` and ${respelt.size - NAMED} more` : '';
  return [`spellings of symbols are read as one: ${named.join(', ')}${more}`];
}
