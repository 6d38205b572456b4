import { AppError, fromEpochDay } from '@aion/core';
import { csvRows, type ExchangeCalendar } from '@aion/market';
import type { Series } from '../kernel/kernel.ts';
import { makeReferences } from '../store/references.ts';
import { readBarHeader, type BarHeader } from './bar-header.ts';
import { makeBarTimes, type BarTime } from './bar-time.ts';
import { readNumberCell } from './number-cell.ts';

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
  const at = readBarHeader(head.fields, references);
  const dated = at.time >= 0;
  const columns = [...at.prices, at.volume, ...at.references.map(({ place }) => place)];
  const defects: CsvDefect[] = [];
  const groups = new Map<string, Row[]>();
  const times = makeBarTimes(
    dated ? lines.map(({ line, fields }) => ({ line, text: at.timeOf(fields) })) : [],
    calendar,
  );
  lines.forEach(({ line, fields }, row) => {
    const values = columns.map((column) => {
      const cell = column < 0 ? '' : (fields[column] ?? '');
      const value = readNumberCell(cell);
      if (value === undefined)
        defects.push({
          line,
          message: `${head.fields[column]} is "${cell.slice(0, 40)}", not a number; taken as missing`,
        });
      return value ?? Number.NaN;
    });
    const [open, high, low, close] = values as [number, number, number, number];
    if (Math.max(open, close) > high || Math.min(open, close) < low)
      defects.push({ line, message: 'open or close lies outside high and low; values may leave their ranges there' });
    const time = dated ? times.parse(at.timeOf(fields)) : undefined;
    if (dated && time === undefined) {
      const found = at.timeOf(fields).slice(0, 40);
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
  if (!dated)
    notes.push(
      'the file has no column of dates: its rows are taken as bars in their order, what asks for the day is left empty',
    );
  if (at.volume < 0)
    notes.push(
      `the file has no column of volume that is known (volume, vol., shares traded, total traded quantity …): what asks for volume is left empty`,
    );
  const ofDays = checkDays(
    sorted.flatMap(({ rows }) => rows),
    calendar,
    notes,
  );
  return {
    rowCount: lines.length,
    keys: {
      header: at.keys.map((column) => head.fields[column]!),
      rows: lines.map(({ fields }) => at.keys.map((column) => fields[column] ?? '')),
    },
    instruments: sorted.map(({ symbol, rows }) => ({
      symbol,
      rows: rows.map(({ row }) => row),
      series: seriesOf(rows, intraday, dated, at, calendar),
    })),
    usedRows: sorted.reduce((sum, { rows }) => sum + rows.length, 0),
    dated,
    intraday,
    notes,
    // What is said of many rows stands before what is said of one.
    defects: [...ofDays, ...defects.sort((a, b) => a.line - b.line)],
  };
}

/** One defect for all bars on days that are no session: a wrong market or a shifted date makes thousands of them. */
function checkDays(rows: readonly Row[], calendar: ExchangeCalendar, notes: string[]): CsvDefect[] {
  const { exchange, coverage } = calendar;
  const on = ({ time }: Row): number | undefined => calendar.isSessionDay[time!.sessionDay - calendar.firstDay];
  const dated = rows.filter(({ time }) => time !== undefined).sort((a, b) => a.line - b.line);
  const outside = dated.filter((row) => on(row) === undefined).length;
  if (outside > 0)
    notes.push(
      `${outside} bar(s) lie outside the calendar of ${exchange} (${coverage.from} to ${coverage.to}): their days are not checked, and no week or month closes there`,
    );
  const odd = dated.filter((row) => on(row) === 0);
  if (odd.length === 0) return [];
  const shown = odd.slice(0, SHOWN_LINES).map(({ line, time }) => `${line} (${fromEpochDay(time!.sessionDay)})`);
  return [
    {
      line: odd[0]!.line,
      message: `${odd.length} bar(s) lie on days that are no session of ${exchange}: line ${shown.join(', ')}${odd.length > shown.length ? ', …' : ''}; they are computed as bars; see that the market and the dates are right`,
    },
  ];
}

const SHOWN_LINES = 5;

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
  dated: boolean,
  { references }: BarHeader,
  calendar: ExchangeCalendar,
): Series {
  const column = (place: number): Float64Array => Float64Array.from(rows, ({ values }) => values[place]!);
  // Without a time the rows themselves are the sessions; what asks for the day is not given then.
  const sessionDay = Int32Array.from(rows, ({ time, row }) => time?.sessionDay ?? row);
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
      ...Object.fromEntries(references.map(({ name }, place) => [name, column(5 + place)])),
    },
  };
}
