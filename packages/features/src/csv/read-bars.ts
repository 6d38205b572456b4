import { AppError, fromEpochDay } from '@aion/core';
import { type BarTime, type BarTimes, csvRows, type ExchangeCalendar, makeBarTimes } from '@aion/market';
import type { Series } from '../kernel/kernel.ts';
import { makeReferences } from '../store/references.ts';
import { columnLabel, readBarHeader, type BarHeader } from './bar-header.ts';
import { readNumberCell } from './number-cell.ts';
import { brokenPrice, CLOSE, hasMoreCells, requireCells } from './row-faults.ts';
import { type CsvLine, makeGroups, requireOneEach, type Row, seriesWanted, SHARES, symbolOf } from './told-apart.ts';

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
  /** Rows that are a bar: of a time of their own, with four prices above 0 and the high not below the low. */
  readonly usedRows: number;
  /** Why the first unusable row cannot be used. */
  readonly firstUnused: CsvDefect | undefined;
  /** False where the file has no column of dates: its rows are bars in their order. */
  readonly dated: boolean;
  readonly intraday: boolean;
  /** What was decided about the file as a whole, and what it lacks. */
  readonly notes: readonly string[];
  readonly defects: readonly CsvDefect[];
}

export interface ReadBarsOptions {
  /** Other columns, taken as reference series. */
  readonly references?: readonly string[];
  /** Which series of the exchange the bars are of, where the file has such a column; EQ unless named. */
  readonly series?: string;
  /** The rows of a file without dates stand oldest first: whoever gives it says so. */
  readonly oldestFirst?: boolean;
}

/** A date, or one with a clock time, that decides nothing about the other times of its file. */
const PLAIN_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?$/;

/**
 * Bars of a CSV text with a header in any case: open, high, low, close and, where there are, volume, a date or time, a symbol. Other columns
 * that are named in `references` are taken as reference series. Rows may stand in any order; a row whose time cannot be read, or is an earlier
 * row's, is set aside with its line. Rows of other series are set aside, and so are those of another exchange's share.
 *
 * @throws AppError(bad_input) when a price column is missing, there is no row, the order of the rows is not proved by dates of one reading, or rows of several
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
  requireCells(head.fields, lines);
  const defects: CsvDefect[] = [];
  const groups = makeGroups(calendar.exchange);
  const deciding: { line: number; text: string }[] = [];
  if (dated)
    for (const { line, fields } of lines) {
      const time = at.timeOf(fields);
      if (!PLAIN_TIME.test(time)) deciding.push({ line, text: time });
    }
  const times = makeBarTimes(deciding, calendar);
  const wanted = seriesWanted(lines, at.series, series);
  const otherSeries = new Map<string, number>();
  let firstUnused: CsvDefect | undefined;
  const leaveOut = (line: number, reason: string): void => {
    const defect = { line, message: `${reason}; the row is left without values` };
    firstUnused ??= defect;
    defects.push(defect);
  };
  for (const [row, { line, fields }] of lines.entries()) {
    const own = at.series < 0 ? wanted : (fields[at.series] ?? '').toUpperCase();
    if (own !== wanted) {
      otherSeries.set(own, (otherSeries.get(own) ?? 0) + 1);
      continue;
    }
    if (hasMoreCells(fields, head.fields)) {
      leaveOut(line, `the row has ${fields.length} cells, the header ${head.fields.length}`);
      continue;
    }
    let unread: CsvDefect | undefined;
    const values = columns.map((column) => {
      const cell = column < 0 ? '' : (fields[column] ?? '');
      const value = readNumberCell(cell, calendar.currency);
      if (value !== undefined) return value;
      const message = `${head.fields[column]} is "${cell.slice(0, 40)}", not a number; taken as missing`;
      defects.push({ line, message });
      unread ??= defects.at(-1);
      return Number.NaN;
    });
    const time = dated ? times.parse(at.timeOf(fields)) : undefined;
    if (dated && time === undefined) {
      leaveOut(line, `${head.fields[at.time]} is "${at.timeOf(fields).slice(0, 40)}", no date or time`);
      continue;
    }
    const given = at.symbol < 0 ? '' : (fields[at.symbol] ?? '');
    const group = groups.of(given);
    if (group === undefined) {
      leaveOut(line, `${given.toUpperCase()} is a share of another exchange than ${calendar.exchange}`);
      continue;
    }
    const broken = brokenPrice(values);
    const [open, high, low, close] = values as [number, number, number, number];
    if (broken !== undefined) {
      firstUnused ??= unread ?? { line, message: broken };
      // What is missing is said by the empty cell itself.
      if (values.every((value, place) => place > CLOSE || !Number.isNaN(value)))
        defects.push({ line, message: broken });
    } else if (Math.max(open, close) > high || Math.min(open, close) < low)
      defects.push({ line, message: 'open or close lies outside high and low; values may leave their ranges there' });
    group.rows.push({ row, line, time, seconds: secondsOf(time), whole: broken === undefined, values });
  }
  const kept = groups
    .kept(wanted, otherSeries)
    .map((group) => ({ symbol: symbolOf(group), rows: inOrder(group.rows) }));
  requireOneEach(
    head.fields,
    lines,
    at,
    kept.map(({ rows }) => rows),
  );
  requireOneOrder(lines, at, kept, times);
  const sorted = kept.map(({ symbol, rows }) => ({ symbol, rows: dated ? firstOfEach(rows, defects) : rows }));
  const usedRows = sorted.reduce((sum, { rows }) => sum + rows.filter(({ whole }) => whole).length, 0);
  if (usedRows === 0)
    throw new AppError(
      'bad_input',
      `none of the ${lines.length} rows is a bar with a time, four prices above 0 and the high not below the low; first, line ${firstUnused?.line}: ${firstUnused?.message}`,
    );
  const intraday = sorted.some(({ rows }) =>
    rows.some(({ time }, i) => i > 0 && time?.sessionDay === rows[i - 1]!.time?.sessionDay && time !== undefined),
  );
  const notes = [...times.notes];
  if (otherSeries.size > 0)
    notes.push(
      `rows of other series than ${wanted} are left without values: ${[...otherSeries].map(([name, n]) => `${name || 'none'} ${n}`).join(', ')}; --series takes another`,
    );
  const { renamed } = groups;
  if (renamed.size > 0)
    notes.push(
      `${[...renamed]
        .slice(0, SHOWN_LINES)
        .map(([given, symbol]) => `${given} is ${symbol}`)
        .join(', ')}${renamed.size > SHOWN_LINES ? ', …' : ''}: the rest of the name only says exchange and series`,
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
    usedRows,
    firstUnused,
    dated,
    intraday,
    notes,
    // What is said of many rows stands before what is said of one.
    defects: [...ofDays, ...defects.sort((a, b) => a.line - b.line)],
  };
}

/** Without dates nothing shows whether the oldest bar stands first, and the newest first would be a look into the future. */
function unprovedOrder(header: readonly string[], first: readonly string[], calendar: ExchangeCalendar): AppError {
  const times = makeBarTimes([], calendar);
  const names = header.map((_, column) => columnLabel(header, column));
  const likely = names.filter((_, column) => times.parse(first[column] ?? '') !== undefined);
  const what =
    likely.length === 0
      ? 'it has no column of dates, so nothing proves that its oldest bar stands first; add one named date, or say that it does with --oldest-first'
      : `its column ${likely.join(' or ')} holds dates under a name that is not known; name it date`;
  return new AppError('bad_input', `the order of the file's rows is not proved: ${what}. Found: ${names.join(', ')}`);
}

/** Refuses dates whose order of day and month nothing proves, where the rows would stand in another order by the other one. */
function requireOneOrder(
  lines: readonly CsvLine[],
  at: BarHeader,
  kept: readonly { readonly rows: readonly Row[] }[],
  { parseOther }: BarTimes,
): void {
  if (parseOther === undefined) return;
  for (const { rows } of kept) {
    const other = rows.map(({ row }) => secondsOf(parseOther(at.timeOf(lines[row]!.fields))));
    const turned = rows.findIndex(
      (row, i) => i > 0 && Math.sign(row.seconds - rows[i - 1]!.seconds) !== Math.sign(other[i]! - other[i - 1]!),
    );
    if (turned < 0) continue;
    const [one, two] = [rows[turned - 1]!, rows[turned]!].map(({ row }) => at.timeOf(lines[row]!.fields));
    throw new AppError(
      'bad_input',
      `the order of the file's rows is not proved: no date shows whether the day or the month stands first, and by the one "${one}" comes before "${two}", by the other behind it; write YYYY-MM-DD`,
    );
  }
}

/** One defect for all bars on days that are no session: a wrong market or a shifted date makes thousands of them. */
function checkDays(rows: readonly Row[], calendar: ExchangeCalendar, notes: string[]): CsvDefect[] {
  const { exchange, coverage } = calendar;
  const on = ({ time }: Row): number | undefined => calendar.isSessionDay[time!.sessionDay - calendar.firstDay];
  const dated = rows.filter(({ time }) => time !== undefined);
  const outside = dated.filter((row) => on(row) === undefined).length;
  if (outside > 0)
    notes.push(
      `${outside} bar(s) lie outside the calendar of ${exchange} (${coverage.from} to ${coverage.to}): their days are not checked, and no week or month closes there`,
    );
  const odd = dated.filter((row) => on(row) === 0).sort((a, b) => a.line - b.line);
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

/** Oldest first, rows of the same time as they stand in the file. */
const inOrder = (rows: readonly Row[]): readonly Row[] =>
  rows.every((row, i) => i === 0 || rows[i - 1]!.seconds <= row.seconds)
    ? rows
    : [...rows].sort((a, b) => a.seconds - b.seconds || a.row - b.row);

/** Of rows with the same time the first in the file counts. */
const firstOfEach = (sorted: readonly Row[], defects: CsvDefect[]): readonly Row[] =>
  sorted.filter((entry, i) => {
    const before = sorted[i - 1];
    if (before === undefined || before.seconds !== entry.seconds) return true;
    defects.push({
      line: entry.line,
      message: `a bar of the same time stands on line ${before.line}; the row is left without values`,
    });
    return false;
  });

const secondsOf = (time: BarTime | undefined): number =>
  time === undefined ? 0 : (time.sessionDay * 1440 + (time.minute ?? 0)) * 60 + time.second;

function seriesOf(
  rows: readonly Row[],
  intraday: boolean,
  dated: boolean,
  { references }: BarHeader,
  calendar: ExchangeCalendar,
): Series {
  const column = (place: number): Float64Array => {
    const made = new Float64Array(rows.length);
    rows.forEach(({ values }, i) => (made[i] = values[place]!));
    return made;
  };
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
