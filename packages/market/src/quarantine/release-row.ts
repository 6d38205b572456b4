import { type Exchange, AppError } from '@aion/core';
import type { BarTable } from '../bars.ts';
import { type ExchangeCalendar, loadCalendar } from '../calendar.ts';
import type { FileDefect, RowDefect } from '../defects.ts';
import { type BarMinutes, sizeOf } from '../ingest/bar-size.ts';
import type { IngestPorts } from '../ingest/ingest-ports.ts';
import { checkTable, storeTable } from '../ingest/ingest-table.ts';
import { type SeriesRows, shiftedClock } from '../ingest/read-file.ts';
import { rowText } from '../ingest/staging.ts';
import { fromEndStamps } from '../ingest/stamps.ts';
import { readManifest } from '../lake/manifest.ts';
import { readTable } from '../lake/read.ts';
import { detectLayout } from '../parse/layout.ts';
import { sameValues } from '../table-order.ts';
import { type QuarantinedRow, findRow } from './find-row.ts';
import type { QuarantineSummary } from './quarantine.ts';
import { type QuarantineReview, type RowReview, makeReview, saveReview } from './review-record.ts';
import { type WholeRow, toBar } from './row-bar.ts';
import { type ReleaseField, type RowFields, columnsOf, fieldsOf } from './row-fields.ts';

export interface RowRelease extends RowReview {
  /** The row may take the place of a stored bar with other values. */
  readonly replace?: boolean;
}

/**
 * Stores a quarantined row after all, with the corrections given, through the same INGEST as any file: a row that is still wrong is
 * refused with its reason, AppError(bad_input), and stays where it is. Symbol and day are the row's own: they can be corrected only where they
 * were what is wrong. A stored bar with other values is replaced only when `replace` says so; its values are kept with the review.
 */
export async function releaseRow(
  ports: IngestPorts,
  market: Exchange,
  { replace = false, ...review }: RowRelease,
  corrections: RowFields = {},
): Promise<QuarantineReview> {
  const found = await findRow(ports, market, review);
  requireBarRow(found);
  requireOwnKey(found.defect, corrections);
  requirePlain(corrections);
  const row = wholeRow({ ...fieldsOf(found), ...corrections }, found.summary);
  // Before anything is stored: who decided and why is kept with it, or nothing is.
  const released = makeReview({
    ...review,
    id: found.summary.id,
    decision: 'released',
    reviewedMs: ports.clock.nowMs(),
    stored: Object.values(row).join(','),
  });
  const isMoved = corrections.date !== undefined || corrections.symbol !== undefined;
  // A row whose day or share was corrected may fill an empty place; it takes nobody's.
  const replaced = await storeRow(ports, market, { row, found, review, replace: replace && !isMoved });
  return saveReview(ports, market, { ...released, ...(replaced !== undefined && { replaced }) });
}

const WRONG_SYMBOL: ReadonlySet<string> = new Set(['symbol', 'columns']);
const WRONG_DAY: ReadonlySet<string> = new Set(['date', 'columns', 'future_date', 'no_session']);

function requireBarRow({ defect, summary }: QuarantinedRow): void {
  const { header, file, intraday } = summary;
  const own = header === undefined ? undefined : detectLayout(header);
  // Quarantined before the size of the bars was kept with them: as a bar of a day it would be another one.
  if (own?.kind === 'bars' && own.layout.name === 'plain-intraday' && intraday === undefined)
    throw new AppError(
      'bad_input',
      `nothing tells the size of the intraday bars of ${file} any more; correct the file and import its session again`,
    );
  const columns = columnsOf(defect, summary);
  if (columns !== undefined && detectLayout(columns).kind === 'bars') return;
  throw new AppError(
    'bad_input',
    `the rows of ${file} are no bars and cannot be released as such; write an action down with "aion actions add", or dismiss the row`,
  );
}

/** A value with a comma or a line end would be more than one value. */
function requirePlain(corrections: RowFields): void {
  for (const [name, value] of Object.entries(corrections)) {
    if (/^[\w&.: -]{1,40}$/.test(value)) continue;
    throw new AppError('bad_input', `the correction of ${name} is no plain value`);
  }
}

/** A release that could name any share and day would be a way to write any bar. */
function requireOwnKey({ code }: RowDefect, corrections: RowFields): void {
  const fixed: ReleaseField[] = [
    ...(WRONG_SYMBOL.has(code) ? [] : (['symbol'] as const)),
    ...(WRONG_DAY.has(code) ? [] : (['date', 'datetime'] as const)),
  ];
  const wrong = fixed.find((name) => corrections[name] !== undefined);
  if (wrong === undefined) return;
  throw new AppError('bad_input', `the ${wrong} of the row is not what is wrong with it (${code}) and stays as it is`);
}

/** The fields of a bar in the order of its columns. Throws AppError(bad_input) that names those that are not there. */
function wholeRow(fields: RowFields, { intraday }: QuarantineSummary): WholeRow {
  const time = intraday === undefined && fields.datetime === undefined ? 'date' : 'datetime';
  const { symbol, [time]: at, open, high, low, close, volume } = fields;
  if (!symbol || !at || !open || !high || !low || !close || !volume) {
    const missing = (['symbol', time, 'open', 'high', 'low', 'close', 'volume'] as const).filter(
      (name) => !fields[name],
    );
    throw new AppError(
      'bad_input',
      `the row has no ${missing.join(', ')}; give them as corrections, or dismiss the row`,
    );
  }
  const prices = { open, high, low, close, volume };
  return time === 'date' ? { symbol, date: at, ...prices } : { symbol, datetime: at, ...prices };
}

interface ReleasedRow {
  readonly row: WholeRow;
  readonly found: QuarantinedRow;
  readonly review: RowReview;
  readonly replace: boolean;
}

/** Takes a row through the inner door of the lake. Returns the bar that it took the place of, as text. */
async function storeRow(
  ports: IngestPorts,
  market: Exchange,
  { row, found, review: { file, line }, replace }: ReleasedRow,
): Promise<string | undefined> {
  const calendar = loadCalendar(market);
  const refused = (why: string): AppError =>
    new AppError(
      'bad_input',
      `the row "${Object.values(row).join(',')}" is not accepted: ${why} (give corrections with the release, or dismiss it)`,
    );
  const read = toBar(row, calendar);
  if (typeof read === 'string') throw refused(read);
  const placed = atItsStart(read, found, calendar);
  if ('message' in placed) throw refused(placed.message);
  const batch = { market, name: `${file} line ${line}`, ...placed, source: 'release', replace };
  // One row: what is wrong with it is said of the row.
  const content = checkTable(ports, batch, true);
  if (content.kind === 'refused') throw refused(content.defect.message);
  const [defect] = content.defects;
  if (defect !== undefined) throw refused(defect.message);
  const held = await storedBar(ports, market, content.series[0]!);
  if (held !== undefined && !replace) {
    throw new AppError(
      'conflict',
      `another bar is stored for that ${placed.barMinutes === null ? 'day' : 'minute'} (${held}); release with replace to take its place`,
    );
  }
  await storeTable(ports, batch, content);
  return held;
}

/** A row as a bar of its file's size, stamped when it opened; or why a single row of that file cannot be one. */
function atItsStart(
  table: BarTable,
  { defect: { code }, summary: { intraday } }: QuarantinedRow,
  calendar: ExchangeCalendar,
): FileDefect | { readonly table: BarTable; readonly barMinutes: BarMinutes | null } {
  if (table.openMinute === null) return { table, barMinutes: null };
  const barMinutes = sizeOf(table, intraday?.barMinutes, calendar);
  if (typeof barMinutes !== 'number') return barMinutes;
  // A row that conflicts shows when its bar opens.
  const isEndStamped = intraday?.stamps === 'end' && code !== 'conflict';
  const opened = isEndStamped ? fromEndStamps(table, barMinutes, calendar) : table;
  return shiftedClock(opened, calendar, barMinutes) ?? { table: opened, barMinutes };
}

/** The stored bar of a row's share and day where its values differ, as a row. */
async function storedBar(
  ports: IngestPorts,
  market: Exchange,
  { series, table }: SeriesRows,
): Promise<string | undefined> {
  const symbol = table.symbols[table.symbolIndex[0]!]!;
  const day = table.sessionDay[0]!;
  const range = { fromDay: day, toDay: day, symbols: [symbol], archived: 'read' } as const;
  const stored = await readTable(ports, await readManifest(ports, market, series), range);
  const row = stored.symbolIndex.findIndex(
    (index, at) =>
      stored.symbols[index] === symbol &&
      stored.sessionDay[at] === day &&
      stored.openMinute?.[at] === table.openMinute?.[0],
  );
  if (row < 0 || sameValues(stored, row, table, 0)) return undefined;
  return rowText(stored, row);
}
