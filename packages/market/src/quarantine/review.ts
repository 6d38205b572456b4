import { REVIEW_DECISIONS, AppError, type EpochMs, fromEpochDay, requireWhy, sha256Hex } from '@aion/core';
import { z } from 'zod';
import type { BarTable, SeriesName } from '../bars.ts';
import type { RowDefect } from '../defects.ts';
import type { IngestPorts } from '../ingest/ingest-ports.ts';
import { readFileContent } from '../ingest/read-file.ts';
import { conflictHeader, makeStaging, rowText } from '../ingest/staging.ts';
import { readManifest } from '../lake/manifest.ts';
import { saveOrigin } from '../lake/origins.ts';
import { readTable } from '../lake/read.ts';
import { sameValues } from '../table-order.ts';
import { loadCalendar } from '../calendar.ts';
import { isoDayAt, monthDayAt } from '../parse/dates.ts';
import { ROLE, detectLayout } from '../parse/layout.ts';
import { type QuarantineSummary, findQuarantine, readQuarantine } from './quarantine.ts';

/** Columns of a released row; `datetime` in place of `date` for intraday bars. */
export const RELEASE_FIELDS = ['symbol', 'date', 'datetime', 'open', 'high', 'low', 'close', 'volume'] as const;
export type ReleaseField = (typeof RELEASE_FIELDS)[number];

const Review = z.strictObject({
  id: z.string(),
  file: z.string(),
  line: z.int(),
  decision: z.enum(REVIEW_DECISIONS),
  by: z.string(),
  why: z.string().min(3).max(500),
  reviewedMs: z.int(),
  /** The row that was stored; absent when it was dismissed. */
  stored: z.string().optional(),
  /** The bar that it replaced. */
  replaced: z.string().optional(),
});
/** What a person decided about one quarantined row. */
export type QuarantineReview = z.infer<typeof Review>;

export interface RowReview {
  /** The quarantine entry's id and file, and the row's line in it. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly by: string;
  readonly why: string;
  /** The row may take the place of a stored bar with other values. */
  readonly replace?: boolean;
}

const reviewKey = (market: string, { id, file, line }: Pick<RowReview, 'id' | 'file' | 'line'>) =>
  ({ table: 'product', pk: `QREVIEW#${market}`, sk: `${id}#${line}#${file}` }) as const;

/** The reviews of a quarantine entry's rows, by line. */
export async function loadReviews(
  ports: Pick<IngestPorts, 'items'>,
  market: string,
  { id, file }: Pick<QuarantineSummary, 'id' | 'file'>,
): Promise<ReadonlyMap<number, QuarantineReview>> {
  const reviews = new Map<number, QuarantineReview>();
  let after: string | undefined;
  do {
    const range = { table: 'product', pk: `QREVIEW#${market}`, prefix: `${id}#` } as const;
    const page = await ports.items.query(range, after === undefined ? { limit: 200 } : { limit: 200, after });
    for (const { body } of page.items) {
      const review = Review.parse(body);
      if (review.file === file) reviews.set(review.line, review);
    }
    after = page.next;
  } while (after !== undefined);
  return reviews;
}

/**
 * Stores a quarantined row after all, with the corrections given, through the same INGEST as any file: a row that is still wrong is
 * refused with its reason, AppError(bad_input), and stays where it is. Symbol and day are the row's own: they can be corrected only where they
 * were what is wrong. A stored bar with other values is replaced only when `replace` says so; its values are kept with the review.
 */
export async function releaseRow(
  ports: IngestPorts,
  market: string,
  review: RowReview,
  corrections: Partial<Record<ReleaseField, string>> = {},
): Promise<QuarantineReview> {
  // Before anything is stored: who decided and why is kept with it, or nothing is.
  requireWhy(review.why);
  const { defect, summary } = await requireRow(ports, market, review);
  requireBarRow(defect, summary);
  requireOwnKey(defect, corrections);
  requirePlain(corrections);
  const fields = { ...rowFields(defect, summary), ...corrections };
  const time = fields.datetime === undefined ? 'date' : 'datetime';
  const names: ReleaseField[] = ['symbol', time, 'open', 'high', 'low', 'close', 'volume'];
  const missing = names.filter((name) => fields[name] === undefined || fields[name] === '');
  if (missing.length > 0) {
    throw new AppError(
      'bad_input',
      `the row has no ${missing.join(', ')}; give them as corrections, or dismiss the row`,
    );
  }
  const stored = names.map((name) => fields[name]).join(',');
  const isMoved = corrections.date !== undefined || corrections.symbol !== undefined;
  // A row whose day or share was corrected may fill an empty place; it takes nobody's.
  const replace = review.replace === true && !isMoved;
  const replaced = await storeRow(ports, market, review, {
    names,
    stored,
    replace,
    intraday: intradayOf(defect, summary),
  });
  const kept = { ...review, id: summary.id };
  return keep(ports, market, kept, 'released', ports.clock.nowMs(), stored, replaced);
}

const WRONG_SYMBOL: ReadonlySet<string> = new Set(['symbol', 'columns']);
const WRONG_DAY: ReadonlySet<string> = new Set(['date', 'columns', 'future_date', 'no_session']);

/** The columns of a quarantined row: the file's own, or those that conflicts are quoted by. */
const columnsOf = ({ code }: RowDefect, { header, intraday }: QuarantineSummary): string | undefined =>
  code === 'conflict' ? conflictHeader(intraday !== undefined) : header;

/** What the stored row of an intraday file needs beside its text. A row that conflicts shows when its bars open. */
function intradayOf({ code }: RowDefect, { intraday }: QuarantineSummary): QuarantineSummary['intraday'] {
  return code === 'conflict' && intraday !== undefined ? { ...intraday, stamps: 'start' } : intraday;
}

function requireBarRow(defect: RowDefect, summary: QuarantineSummary): void {
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
function requirePlain(corrections: Partial<Record<ReleaseField, string>>): void {
  for (const [name, value] of Object.entries(corrections)) {
    if (/^[\w&.: -]{1,40}$/.test(value)) continue;
    throw new AppError('bad_input', `the correction of ${name} is no plain value`);
  }
}

/** A release that could name any share and day would be a way to write any bar. */
function requireOwnKey({ code }: RowDefect, corrections: Partial<Record<ReleaseField, string>>): void {
  const fixed: ReleaseField[] = [
    ...(WRONG_SYMBOL.has(code) ? [] : (['symbol'] as const)),
    ...(WRONG_DAY.has(code) ? [] : (['date', 'datetime'] as const)),
  ];
  const wrong = fixed.find((name) => corrections[name] !== undefined);
  if (wrong === undefined) return;
  throw new AppError('bad_input', `the ${wrong} of the row is not what is wrong with it (${code}) and stays as it is`);
}

interface ReleasedRow {
  readonly names: readonly ReleaseField[];
  readonly stored: string;
  readonly replace: boolean;
  readonly intraday: QuarantineSummary['intraday'];
}

async function storeRow(
  ports: IngestPorts,
  market: string,
  { file, line }: RowReview,
  { names, stored: row, replace, intraday }: ReleasedRow,
): Promise<string | undefined> {
  const bytes = new TextEncoder().encode(`${names.join(',')}\n${row}\n`);
  const content = readFileContent(bytes, {
    calendar: loadCalendar(market),
    clock: ports.clock,
    // One row: what is wrong with it is said of the row.
    acceptDefects: true,
    ...intraday,
  });
  const stillWrong = (why: string): AppError =>
    new AppError(
      'bad_input',
      `the row "${row}" is not accepted: ${why} (give corrections with the release, or dismiss it)`,
    );
  if (content.kind === 'refused') throw stillWrong(content.defect.message);
  if (content.kind !== 'bars') throw stillWrong('it is no bar');
  const [defect] = content.defects;
  if (defect !== undefined) throw stillWrong(defect.message);
  const name = `${file} line ${line}`;
  const importedMs = ports.clock.nowMs();
  const origin = await saveOrigin(ports.items, market, {
    source: 'release',
    name,
    sha256: sha256Hex(bytes),
    importedMs,
  });
  const held = await storedBar(ports, market, content.series[0]!);
  if (held !== undefined && !replace) {
    throw new AppError(
      'conflict',
      `another bar is stored for that ${intraday === undefined ? 'day' : 'minute'} (${held}); release with replace to take its place`,
    );
  }
  const staging = makeStaging(ports, market, replace);
  staging.add(name, content, origin);
  await staging.commit();
  return held;
}

/** The stored bar of a row's share and day where its values differ, as a row. */
async function storedBar(
  ports: IngestPorts,
  market: string,
  { series, table }: { readonly series: SeriesName; readonly table: BarTable },
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

/** Leaves a quarantined row out for good, with the reason. */
export async function dismissRow(ports: IngestPorts, market: string, review: RowReview): Promise<QuarantineReview> {
  requireWhy(review.why);
  const { summary } = await requireRow(ports, market, review);
  return keep(ports, market, { ...review, id: summary.id }, 'dismissed', ports.clock.nowMs());
}

async function keep(
  ports: Pick<IngestPorts, 'items'>,
  market: string,
  { id, file, line, by, why }: RowReview,
  decision: QuarantineReview['decision'],
  reviewedMs: EpochMs,
  stored?: string,
  replaced?: string,
): Promise<QuarantineReview> {
  const body = Review.parse({
    id,
    file,
    line,
    decision,
    by,
    why,
    reviewedMs,
    ...(stored !== undefined && { stored }),
    ...(replaced !== undefined && { replaced }),
  });
  await ports.items.put({ ...reviewKey(market, body), v: 1, body });
  return body;
}

async function requireRow(
  ports: IngestPorts,
  market: string,
  { id, file, line }: RowReview,
): Promise<{ defect: RowDefect; summary: QuarantineSummary }> {
  const summary = await findQuarantine(ports, market, id, file);
  if (summary.kind === 'refused') {
    throw new AppError('bad_input', `${file} was refused as a whole; correct the file and import it again`);
  }
  const defect = (await readQuarantine(ports, summary, Infinity)).find((row) => row.line === line);
  if (defect === undefined) throw new AppError('not_found', `no row of line ${line} of ${file} is in quarantine`);
  const reviewed = (await loadReviews(ports, market, summary)).get(line);
  if (reviewed?.decision === 'released') {
    throw new AppError('conflict', `line ${line} of ${file} was released by ${reviewed.by} already: ${reviewed.why}`);
  }
  return { defect, summary };
}

/** The fields of a bar that the quarantined row holds, as far as they can be read. */
function rowFields(defect: RowDefect, summary: QuarantineSummary): Partial<Record<ReleaseField, string>> {
  const cells = defect.row?.split(',').map((cell) => cell.trim()) ?? [];
  const columns = columnsOf(defect, summary);
  const match = columns === undefined ? undefined : detectLayout(columns);
  if (match?.kind !== 'bars') return {};
  const { roles } = match.layout;
  const cell = (role: number): string | undefined => {
    const at = roles.indexOf(role);
    return at < 0 ? undefined : cells[at];
  };
  const numbers: [ReleaseField, number][] = [
    ['symbol', ROLE.symbol],
    ['datetime', ROLE.dateTime],
    ['open', ROLE.open],
    ['high', ROLE.high],
    ['low', ROLE.low],
    ['close', ROLE.close],
    ['volume', ROLE.volume],
  ];
  const fields: Partial<Record<ReleaseField, string>> = {};
  for (const [name, role] of numbers) {
    const value = cell(role);
    if (value !== undefined && value !== '') fields[name] = value;
  }
  const date = cell(ROLE.isoDate) ?? cell(ROLE.monthDate);
  if (date !== undefined) {
    const bytes = new TextEncoder().encode(date);
    const day = Math.max(isoDayAt(bytes, 0, bytes.length), monthDayAt(bytes, 0, bytes.length));
    fields.date = day > 0 ? fromEpochDay(day) : date;
  }
  return fields;
}
