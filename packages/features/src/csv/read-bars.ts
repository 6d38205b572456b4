import { AppError, fromEpochDay } from '@aion/core';
import { csvRows, type ExchangeCalendar } from '@aion/market';
import type { Series } from '../kernel/kernel.ts';
import { makeReferences } from '../store/references.ts';
import { makeBarTimes, type BarTime } from './bar-time.ts';

/** What a row of a file is not used for, or a value of it is taken as missing; nothing of it is lost from the output. */
export interface CsvDefect {
  readonly line: number;
  readonly message: string;
}

/** The bars of one instrument in a file. */
export interface CsvSeries {
  /** Empty where the file has no column of symbols. */
  readonly symbol: string;
  /** The file's row (from 0) of each bar. */
  readonly rows: readonly number[];
  readonly series: Series;
}

export interface CsvBars {
  readonly rowCount: number;
  /** Columns that tell rows apart (symbol, time) as they stand in the file, for the output. */
  readonly keys: { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly instruments: readonly CsvSeries[];
  /** Rows that are a bar. */
  readonly usedRows: number;
  /** False where the file has no column of dates: its rows are bars in their order. */
  readonly dated: boolean;
  readonly intraday: boolean;
  /** What was decided about the file as a whole, and what it lacks. */
  readonly notes: readonly string[];
  readonly defects: readonly CsvDefect[];
}

const NAMES = {
  symbol: ['symbol', 'ticker', 'tckrsymb', 'instrument'],
  time: ['datetime', 'timestamp', 'date', 'time', 'open_time', 'opentime', 'tradedate', 'traddt', 'date1'],
  open: ['open', 'o', 'open_price', 'opnpric'],
  high: ['high', 'h', 'high_price', 'hghpric'],
  low: ['low', 'l', 'low_price', 'lwpric'],
  close: ['close', 'c', 'close_price', 'clspric'],
  volume: ['volume', 'v', 'vol', 'tottrdqty', 'ttltradgvol', 'ttl_trd_qnty'],
} as const;
type Field = keyof typeof NAMES;
const PRICES = ['open', 'high', 'low', 'close'] as const;

interface Row {
  readonly row: number;
  readonly line: number;
  readonly time: BarTime | undefined;
  readonly values: readonly number[];
}

/**
 * Bars of a CSV text with a header in any case: open, high, low, close and, where there are, volume, a date or time, a symbol. Other columns
 * that are named in `references` are taken as reference series. Rows may stand in any order; a row whose time cannot be read, or is an earlier
 * row's, is set aside with its line.
 *
 * @throws AppError(bad_input) when a price column is missing or there is no row.
 */
export function readBarsCsv(text: string, calendar: ExchangeCalendar, references: readonly string[] = []): CsvBars {
  const [head, ...lines] = csvRows(text.startsWith('\uFEFF') ? text.slice(1) : text);
  if (head === undefined || lines.length === 0) {
    throw new AppError('bad_input', 'the file has no row of bars; expected a header line and one line a bar');
  }
  const lower = head.fields.map((name) => name.toLowerCase().replaceAll(' ', '_'));
  const place = (field: Field): number => NAMES[field].map((name) => lower.indexOf(name)).find((at) => at >= 0) ?? -1;
  const missing = PRICES.filter((field) => place(field) < 0);
  if (missing.length > 0) {
    throw new AppError(
      'bad_input',
      `the header has no column for ${missing.join(', ')}; expected open, high, low, close (any case), found: ${head.fields.join(', ')}`,
    );
  }
  const at = { symbol: place('symbol'), time: place('time'), volume: place('volume') };
  const prices = PRICES.map(place);
  const named = references.filter((name) => lower.includes(name));
  const columns = [...prices, at.volume, ...named.map((name) => lower.indexOf(name))];
  const defects: CsvDefect[] = [];
  const groups = new Map<string, Row[]>();
  const timeOf = (fields: readonly string[]): string => fields[at.time] ?? '';
  const times = makeBarTimes(
    at.time < 0 ? [] : lines.map(({ line, fields }) => ({ line, text: timeOf(fields) })),
    calendar,
  );
  lines.forEach(({ line, fields }, row) => {
    const values = columns.map((column) => {
      const cell = column < 0 ? '' : (fields[column] ?? '');
      const value = toNumber(cell);
      if (Number.isNaN(value) && !MISSING.has(cell.toLowerCase()))
        defects.push({
          line,
          message: `${head.fields[column]} is "${cell.slice(0, 40)}", not a number; taken as missing`,
        });
      return value;
    });
    const [open, high, low, close] = values as [number, number, number, number];
    if (Math.max(open, close) > high || Math.min(open, close) < low)
      defects.push({ line, message: 'open or close lies outside high and low; values may leave their ranges there' });
    const time = at.time < 0 ? undefined : times.parse(timeOf(fields));
    if (at.time >= 0 && time === undefined) {
      const found = timeOf(fields).slice(0, 40);
      defects.push({
        line,
        message: `${head.fields[at.time]} is "${found}", no date or time; the row is left without values`,
      });
      return;
    }
    const symbol = at.symbol < 0 ? '' : (fields[at.symbol] ?? '').toUpperCase();
    const group = groups.get(symbol);
    const entry = { row, line, time, values };
    if (group === undefined) groups.set(symbol, [entry]);
    else group.push(entry);
  });
  const sorted = [...groups].map(([symbol, rows]) => ({ symbol, rows: inOrder(rows, defects) }));
  const intraday = sorted.some(({ rows }) =>
    rows.some(({ time }, i) => i > 0 && time?.sessionDay === rows[i - 1]!.time?.sessionDay && time !== undefined),
  );
  const notes = [...times.notes];
  if (at.time < 0)
    notes.push(
      'the file has no column of dates: its rows are taken as bars in their order, what asks for the day is left empty',
    );
  const outside = sorted
    .flatMap(({ rows }) => rows)
    .filter(
      ({ time }) => time !== undefined && calendar.isSessionDay[time.sessionDay - calendar.firstDay] === undefined,
    );
  if (outside.length > 0)
    notes.push(
      `${outside.length} bars lie outside the calendar of ${calendar.exchange} (${calendar.coverage.from} to ${calendar.coverage.to}): their days are not checked, and no week or month closes there`,
    );
  const odd = daysWithoutSession(
    sorted.flatMap(({ rows }) => rows),
    calendar,
  );
  if (odd !== undefined) defects.push(odd);
  const keyPlaces = [at.symbol, at.time].filter((column) => column >= 0);
  return {
    rowCount: lines.length,
    keys: {
      header: keyPlaces.map((column) => head.fields[column]!),
      rows: lines.map(({ fields }) => keyPlaces.map((column) => fields[column] ?? '')),
    },
    instruments: sorted.map(({ symbol, rows }) => ({
      symbol,
      rows: rows.map(({ row }) => row),
      series: seriesOf(rows, intraday, named, calendar),
    })),
    usedRows: sorted.reduce((sum, { rows }) => sum + rows.length, 0),
    dated: at.time >= 0,
    intraday,
    notes,
    defects: defects.sort((a, b) => a.line - b.line),
  };
}

/** One defect for all bars on days that are no session: a wrong market or a shifted date makes thousands of them. */
function daysWithoutSession(rows: readonly Row[], calendar: ExchangeCalendar): CsvDefect | undefined {
  const odd = rows
    .filter(({ time }) => time !== undefined && calendar.isSessionDay[time.sessionDay - calendar.firstDay] === 0)
    .sort((a, b) => a.line - b.line);
  const [first] = odd;
  if (first === undefined) return undefined;
  const shown = odd.slice(0, SHOWN_LINES).map(({ line, time }) => `${line} (${fromEpochDay(time!.sessionDay)})`);
  return {
    line: first.line,
    message: `${odd.length} bars lie on days that are no session of ${calendar.exchange}: line ${shown.join(', ')}${odd.length > shown.length ? ', …' : ''}; they are computed as bars; see that the market and the dates are right`,
  };
}

const SHOWN_LINES = 5;

const MISSING = new Set(['', 'nan', 'null', 'na', 'n/a', '-']);

function toNumber(cell: string): number {
  return cell === '' ? Number.NaN : Number(cell.includes(',') ? cell.replaceAll(',', '') : cell);
}

/** Oldest first; of rows with the same time the first in the file counts. */
function inOrder(rows: readonly Row[], defects: CsvDefect[]): Row[] {
  const sorted = [...rows].sort((a, b) => secondsOf(a.time) - secondsOf(b.time) || a.row - b.row);
  return sorted.filter((entry, i) => {
    const before = sorted[i - 1];
    if (entry.time === undefined || before === undefined || secondsOf(before.time) !== secondsOf(entry.time))
      return true;
    defects.push({
      line: entry.line,
      message: `a bar of the same time stands on line ${before.line}; the row is left without values`,
    });
    return false;
  });
}

const secondsOf = (time: BarTime | undefined): number =>
  time === undefined ? 0 : (time.sessionDay * 1440 + (time.minute ?? 0)) * 60 + time.second;

function seriesOf(
  rows: readonly Row[],
  intraday: boolean,
  references: readonly string[],
  calendar: ExchangeCalendar,
): Series {
  const column = (place: number): Float64Array => Float64Array.from(rows, ({ values }) => values[place]!);
  // Without a time the rows themselves are the sessions; what asks for the day is not given then.
  const sessionDay = Int32Array.from(rows, ({ time, row }) => time?.sessionDay ?? row);
  const dated = rows[0]?.time !== undefined;
  return {
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volumeShares: column(4),
    sessionDay,
    openMinute: intraday ? Int32Array.from(rows, ({ time }) => time?.minute ?? 0) : null,
    references: {
      ...(dated && !intraday ? makeReferences(calendar).on(sessionDay) : {}),
      ...Object.fromEntries(references.map((name, place) => [name, column(5 + place)])),
    },
  };
}
