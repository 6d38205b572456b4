import { fromEpochDay } from '@aion/core';
import type { BarTable } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import { type FileDefect, MAX_ROW_DEFECTS, type RowDefect, type RowDefectCode, quoteValue } from '../defects.ts';
import { isoDayAt, minuteAt, monthDayAt } from './dates.ts';
import { type Layout, ROLE } from './layout.ts';
import { type BarTime, type BarTimes, dateOnly, makeBarTimes } from './bar-time.ts';
import { type CellText, proveDateOrder } from './date-order.ts';
import { readNumber } from './number-text.ts';
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

const COMMA = 44;
const LF = 10;
const CR = 13;
const BLANK = 32;
const EQ = 0x4551;
const MAX_DIGITS = 15; // beyond it the mantissa is no exact integer
const POWERS = Float64Array.from({ length: MAX_DIGITS + 1 }, (_, i) => 10 ** i);
// No row that can be stored is shorter: A,2020-01-01,1,1,1,1,0
const SHORTEST_ROW = 22;

/**
 * Reads a bar file of a known layout byte by byte into columns. Rows that cannot be read become defects;
 * a file that is cut off, or hardly readable at all, is refused as a whole.
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
  const times = makeSlowTimes(text, layout, calendar);
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

const BEFORE_1970 = "the date lies before 1970, and the lake begins with the exchange's calendar; leave such rows out";
const NAMED = 3;

function respeltNotes(respelt: ReadonlyMap<string, string>): string[] {
  if (respelt.size === 0) return [];
  const named = [...respelt].slice(0, NAMED).map(([symbol, spelling]) => `${spelling} as ${symbol}`);
  const more = respelt.size > NAMED ? ` and ${respelt.size - NAMED} more` : '';
  return [`spellings of symbols are read as one: ${named.join(', ')}${more}`];
}

/** Dates and times that the fast path does not read, in plain files; how they are read is decided once, from all of the file. */
interface SlowTimes {
  /** Epoch day, or -1. */
  dayOf(text: string): number;
  /** Epoch day and minute after midnight on the exchange's clock, or -1. */
  minuteOf(text: string): [day: number, minute: number];
  notes(): readonly string[];
  /** A date that can be read, of days that the lake does not count. */
  isBefore1970(text: string): boolean;
  /** In words, where the file's dates cannot all be of one order. */
  contradiction(): string | undefined;
}

function makeSlowTimes(file: TextFile, layout: Layout, calendar: ExchangeCalendar): SlowTimes {
  const column = layout.roles.findIndex((role) => role === ROLE.isoDate || role === ROLE.dateTime);
  let times: BarTimes | undefined;
  let contradiction: string | undefined;
  // Rows of one time often stand together.
  let last = '';
  let lastTime: BarTime | undefined;
  const read = (text: string): BarTime | undefined => {
    // A bhavcopy has one way of writing its date.
    if (layout.oneSession) return undefined;
    if (text === last) return lastTime;
    // What goes into the lake must have one reading: 03-04-2026 alone has two.
    if (times === undefined) {
      const cells = cellsOf(file, column);
      const proof = proveDateOrder(cells);
      if (proof.kind === 'contradiction') contradiction = proof.message;
      if (contradiction !== undefined) return undefined;
      times = makeBarTimes(cells, calendar, 'unread');
    }
    last = text;
    return (lastTime = times.parse(text));
  };
  return {
    dayOf: (text) => dateOnly(read(text)) ?? -1,
    minuteOf(text) {
      const found = read(text);
      return found === undefined || found.minute === null || found.second !== 0
        ? [-1, -1]
        : [found.sessionDay, found.minute];
    },
    notes: () => times?.notes ?? [],
    isBefore1970: (text) => (read(text)?.sessionDay ?? 0) < 0,
    contradiction: () => contradiction,
  };
}

/** The cells of a column, each with its line. */
function cellsOf({ bytes, bodyStart }: TextFile, column: number): CellText[] {
  const lines = new TextDecoder().decode(bytes.subarray(bodyStart)).split('\n');
  return lines.map((line, index) => ({ line: index + 2, text: line.split(',')[column]?.trim() ?? '' }));
}

const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  new TextDecoder().decode(bytes.subarray(start, end)).trim();

function fieldEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (bytes[end] !== COMMA && bytes[end] !== LF) end++;
  return end;
}

function columnsOf(bytes: Uint8Array, start: number, end: number): number {
  let columns = 1;
  for (let at = start; at < end; at++) if (bytes[at] === COMMA) columns++;
  return columns;
}

function isEmptyLast(bytes: Uint8Array, lineEnd: number): boolean {
  let at = lineEnd - 1;
  while (bytes[at] === CR || bytes[at] === BLANK) at--;
  return bytes[at] === COMMA;
}

/** How the last field of a whole row looks, by its name: a file of the exchange that ends inside it was cut off. */
const LAST_FIELDS: Readonly<Record<string, RegExp>> = {
  ISIN: /^[A-Z0-9]{12}$/,
  TIMESTAMP: /^\d{2}-[A-Za-z]{3}-\d{4}$/,
  DELIV_PER: /^(-|\d{1,3}\.\d{2})$/,
};

/** A last row without its line end is whole only if it ends as the header and the other rows do. */
function cutInLastRow({ bytes, header, bodyStart }: TextFile, { fields }: Layout): FileDefect | undefined {
  const row = new TextDecoder().decode(bytes.subarray(bytes.lastIndexOf(LF, bytes.length - 2) + 1)).trim();
  const cells = row.split(',').map((cell) => cell.trim());
  const endsInComma = header.trim().endsWith(',');
  const whole = cells.length >= fields.length && (!endsInComma || cells.at(-1) === '');
  const last = LAST_FIELDS[fields.at(-1)!.toUpperCase()];
  if (whole && (last === undefined || last.test(cells[fields.length - 1]!))) return undefined;
  const line = bytes.subarray(bodyStart).reduce((lines, byte) => lines + (byte === LF ? 1 : 0), 1);
  return truncated(line, Math.min(cells.length, fields.length), fields.length);
}

function truncated(line: number, found: number, expected: number): FileDefect {
  return {
    code: 'truncated',
    message: `the file is cut off in line ${line}, in column ${found} of ${expected}, and has no line end; download it again`,
  };
}

function tooManyDefects(line: number): FileDefect {
  return {
    code: 'too_many_defects',
    message: `more than ${MAX_ROW_DEFECTS} rows up to line ${line} cannot be read; check the file's columns and try again`,
  };
}

function messageOf(code: RowDefectCode, field: string, found: number, expected: number): string {
  switch (code) {
    case 'columns':
      return `expected ${expected} columns, found ${found}; correct the row and import the file again`;
    case 'symbol':
      return 'expected a symbol of capital letters, digits and & _ . -; correct it and import the file again';
    case 'other_exchange':
      return 'the row is of another exchange, whose prices are other ones; import it for its own market, or leave it out';
    case 'date':
      return `expected ${field} with one reading, as YYYY-MM-DD or 15-Jan-2024, with a time on a whole minute where bars are intraday; correct it and import the file again`;
    case 'unknown_series':
      return 'the series code is none the exchange is known to use; check the row, or have the series added';
    default:
      return `expected a number in ${field}; correct it and import the file again`;
  }
}
