import { AppError, fromEpochDay } from '@aion/core';
import { type BarTime, csvRows, type ExchangeCalendar, makeBarTimes } from '@aion/market';
import type { Series } from '../kernel/kernel.ts';
import { makeReferences } from '../store/references.ts';
import { readBarHeader, type BarHeader } from './bar-header.ts';
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

export interface ReadBarsOptions {
  /** Other columns, taken as reference series. */
  readonly references?: readonly string[];
  /** Which series of the exchange the bars are of, where the file has such a column; EQ unless named. */
  readonly series?: string;
  /** The rows of a file without dates stand oldest first: whoever gives it says so. */
  readonly oldestFirst?: boolean;
}

const SHARES = 'EQ';

/**
 * Bars of a CSV text with a header in any case: open, high, low, close and, where there are, volume, a date or time, a symbol. Other columns
 * that are named in `references` are taken as reference series. Rows may stand in any order; a row whose time cannot be read, or is an earlier
 * row's, is set aside with its line. Rows of other series are set aside, and so are those of another exchange's share.
 *
 * @throws AppError(bad_input) when a price column is missing, there is no row, the order of the rows is not proved by dates, or rows of several
 * instruments are told apart by a column that is not known.
 */
export function readBarsCsv(text: string, calendar: ExchangeCalendar, options: ReadBarsOptions = {}): CsvBars {
  const { references = [], series = SHARES, oldestFirst = false } = options;
  const [head, ...lines] = csvRows(text.startsWith('\uFEFF') ? text.slice(1) : text);
  if (head === undefined || lines.length === 0) {
    throw new AppError('bad_input', 'the file has no row of bars; expected a header line and one line a bar');
  }
  const at = readBarHeader(head.fields, references);
  const dated = at.time >= 0;
  if (!dated && !oldestFirst) throw unprovedOrder(head.fields, lines[0]!.fields, calendar);
  const columns = [...at.prices, at.volume, ...at.references.map(({ place }) => place)];
  const defects: CsvDefect[] = [];
  const groups = new Map<string, Row[]>();
  const times = makeBarTimes(
    dated ? lines.map(({ line, fields }) => ({ line, text: at.timeOf(fields) })) : [],
    calendar,
  );
  const wanted = seriesWanted(lines, at.series, series);
  const otherSeries = new Map<string, number>();
  const renamed = new Map<string, string>();
  lines.forEach(({ line, fields }, row) => {
    const own = at.series < 0 ? wanted : (fields[at.series] ?? '').toUpperCase();
    if (own !== wanted) {
      otherSeries.set(own, (otherSeries.get(own) ?? 0) + 1);
      return;
    }
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
    const given = at.symbol < 0 ? '' : (fields[at.symbol] ?? '').toUpperCase();
    const symbol = ownSymbol(given, calendar.exchange);
    if (symbol === undefined) {
      defects.push({
        line,
        message: `${given} is a share of another exchange than ${calendar.exchange}; the row is left without values`,
      });
      return;
    }
    if (symbol !== given) renamed.set(given, symbol);
    const group = groups.get(symbol);
    const entry = { row, line, time, values };
    if (group === undefined) groups.set(symbol, [entry]);
    else group.push(entry);
  });
  requireOneEach(head.fields, lines, at, groups);
  const sorted = [...groups].map(([symbol, rows]) => ({ symbol, rows: inOrder(rows, defects) }));
  const intraday = sorted.some(({ rows }) =>
    rows.some(({ time }, i) => i > 0 && time?.sessionDay === rows[i - 1]!.time?.sessionDay && time !== undefined),
  );
  const notes = [...times.notes];
  if (otherSeries.size > 0)
    notes.push(
      `rows of other series than ${wanted} are left without values: ${[...otherSeries].map(([name, n]) => `${name || 'none'} ${n}`).join(', ')}; --series takes another`,
    );
  if (renamed.size > 0)
    notes.push(
      `${[...renamed]
        .slice(0, SHOWN_LINES)
        .map(([given, symbol]) => `${given} is ${symbol}`)
        .join(', ')}${renamed.size > SHOWN_LINES ? ', …' : ''}: the ending only names the exchange`,
    );
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

/** EQ, or whichever the caller named. A file of one other series alone is of that one. */
function seriesWanted(lines: readonly CsvLine[], column: number, asked: string): string {
  if (column < 0) return asked;
  const found = new Set(lines.map(({ fields }) => (fields[column] ?? '').toUpperCase()));
  if (found.has(asked.toUpperCase())) return asked.toUpperCase();
  const [only] = found;
  if (found.size === 1 && asked === SHARES) return only!;
  throw new AppError(
    'bad_input',
    `the column of series holds ${[...found].slice(0, 8).join(', ')} and no ${asked}; say which one with --series`,
  );
}

type CsvLine = ReturnType<typeof csvRows>[number];

/** Without dates nothing shows whether the oldest bar stands first, and the newest first would be a look into the future. */
function unprovedOrder(header: readonly string[], first: readonly string[], calendar: ExchangeCalendar): AppError {
  const times = makeBarTimes([], calendar);
  const likely = header.filter((_, column) => times.parse(first[column] ?? '') !== undefined);
  const what =
    likely.length === 0
      ? 'it has no column of dates, so nothing proves that its oldest bar stands first; add one named date, or say that it does with --oldest-first'
      : `its column ${likely.join(' or ')} holds dates under a name that is not known; name it date`;
  return new AppError('bad_input', `the order of the file's rows is not proved: ${what}. Found: ${header.join(', ')}`);
}

/** Yahoo's and brokers' endings of one share; BSE's share is another. Undefined for a share of another exchange. */
export function ownSymbol(symbol: string, exchange: string): string | undefined {
  if (exchange !== 'NSE') return symbol;
  if (symbol.endsWith('.BO')) return undefined;
  return symbol.replace(/(\.NS|-EQ)$/, '');
}

/** Share of rows with another row's time from which the file is taken for one of several instruments. */
const MIXED_FRAC = 0.05;
const MOST_CODES = 20_000;

/** Refuses a file in which an unknown column tells rows of the same time apart: their bars would be mixed into one series. */
function requireOneEach(
  header: readonly string[],
  lines: readonly CsvLine[],
  at: BarHeader,
  groups: ReadonlyMap<string, readonly Row[]>,
): void {
  const used = new Set([...at.keys, ...at.prices, at.volume]);
  const timesOf = (rows: readonly Row[], codeOf: (row: number) => string): number =>
    new Set(rows.map(({ time, row }) => `${codeOf(row)} ${secondsOf(time)}`)).size;
  const all = [...groups.values()];
  const rowCount = all.reduce((sum, rows) => sum + rows.length, 0);
  const apart = (codeOf: (row: number) => string): number => all.reduce((sum, rows) => sum + timesOf(rows, codeOf), 0);
  if (at.time < 0 || rowCount - apart(() => '') < MIXED_FRAC * rowCount) return;
  for (const [column, name] of header.entries()) {
    if (used.has(column)) continue;
    const codes = new Set(lines.map(({ fields }) => fields[column] ?? ''));
    const isCode = codes.size > 1 && codes.size <= MOST_CODES && [...codes].some((code) => Number.isNaN(Number(code)));
    if (isCode && apart((row) => lines[row]!.fields[column] ?? '') === rowCount)
      throw new AppError(
        'bad_input',
        `rows of the same time are told apart by the column ${name} (${[...codes].slice(0, 4).join(', ')} …), which is not known; name it symbol, or give one instrument a file`,
      );
  }
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
