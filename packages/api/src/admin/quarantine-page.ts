import type { QuarantinePage, QuarantinedRow, RowReview } from '@aion/contracts';
import { AppError, sha256Hex, shortId, toIso } from '@aion/core';
import {
  listQuarantine,
  loadReviews,
  readQuarantine,
  type QuarantineReview,
  type QuarantineSummary,
} from '@aion/market';
import { makeLakeReader, titleOf } from '@aion/pipeline';
import type { Host } from '@aion/jobs';

const ENTRIES_AT_ONCE = 100;

/** The first row of a page: its entry, and which row of the entry it is. */
interface Place {
  readonly importedMs: number;
  readonly entry: string;
  readonly row: number;
}

/** Quarantined rows, newest file first. The cursor names the first row of the next page. */
export async function quarantinePage(
  host: Host,
  page: { limit: number; after?: string; code?: string },
): Promise<QuarantinePage> {
  const { limit, code } = page;
  const start = page.after === undefined ? undefined : placeOf(page.after);
  const tallies = await makeLakeReader(host.ingest, 'NSE', false).quarantined();
  const rows: QuarantinedRow[] = [];
  let nextCursor: string | null = null;
  for await (const entry of entriesFrom(host, start)) {
    if (code !== undefined && entry.byCode[code] === undefined) continue;
    const fromRow = start !== undefined && isAt(entry, start) ? start.row : 0;
    // One more than fits: it is the first of the next page.
    const found = await rowsOf(host, entry, { fromRow, limit: limit + 1 - rows.length, code });
    const over = rows.length + found.length > limit ? found.pop() : undefined;
    rows.push(...found.map(({ row }) => row));
    if (over === undefined) continue;
    nextCursor = `${entry.importedMs}.${tagOf(entry)}:${over.index}`;
    break;
  }
  return {
    total: tallies.reduce((sum, tally) => sum + tally.count, 0),
    byReason: tallies.map((tally) => ({ ...tally })),
    rows,
    nextCursor,
  };
}

const unknownCursor = (): AppError =>
  new AppError('bad_input', 'the cursor is not one that this server gave; start again without it');

function placeOf(cursor: string): Place {
  const [, importedMs, entry, row] = /^(\d{1,15})\.([a-z2-7]{16}):(\d{1,9})$/.exec(cursor) ?? [];
  if (entry === undefined) throw unknownCursor();
  return { importedMs: Number(importedMs), entry, row: Number(row) };
}

/** Files of one import share its time. */
const tagOf = ({ id, file }: QuarantineSummary): string => shortId(sha256Hex(`${id}#${file}`), 16);
const isAt = (entry: QuarantineSummary, place: Place): boolean =>
  entry.importedMs === place.importedMs && tagOf(entry) === place.entry;

async function* entriesFrom(host: Host, start: Place | undefined): AsyncGenerator<QuarantineSummary> {
  const upTo = start === undefined ? {} : { upToMs: start.importedMs };
  let reached = start === undefined;
  let after: string | undefined;
  do {
    const page = { limit: ENTRIES_AT_ONCE, ...upTo, ...(after === undefined ? {} : { after }) };
    const { entries, next } = await listQuarantine(host.ingest, 'NSE', page);
    for (const entry of entries) {
      reached ||= isAt(entry, start!);
      if (reached) yield entry;
      else if (entry.importedMs < start!.importedMs) throw unknownCursor();
    }
    after = next;
  } while (after !== undefined);
  if (!reached) throw unknownCursor();
}

interface RowRange {
  readonly fromRow: number;
  readonly limit: number;
  readonly code: string | undefined;
}

async function rowsOf(
  host: Host,
  entry: QuarantineSummary,
  { fromRow, limit, code }: RowRange,
): Promise<{ index: number; row: QuarantinedRow }[]> {
  if (entry.kind === 'refused') {
    const whole = { line: null, field: null, value: null, symbol: null, sessionDate: null };
    const row = {
      id: entry.id,
      file: entry.file,
      ...whole,
      code: Object.keys(entry.byCode)[0] ?? 'refused',
      reason: entry.message,
      whatToDo: 'Nothing of the file was stored. Correct the file and import it again.',
      at: toIso(entry.importedMs),
      entryId: entry.id,
      row: null,
      review: null,
    };
    return fromRow === 0 ? [{ index: 0, row }] : [];
  }
  const [rows, reviews] = await Promise.all([
    readQuarantine(host.ingest, entry, code === undefined ? limit : Infinity, fromRow),
    loadReviews(host.ingest, 'NSE', entry),
  ]);
  return rows
    .map((row, i) => ({ index: fromRow + i, row }))
    .filter(({ row }) => code === undefined || row.code === code)
    .slice(0, limit)
    .map(({ index, row }) => ({ index, row: toDto(entry, row, reviews.get(row.line)) }));
}

function toDto(
  entry: QuarantineSummary,
  row: Awaited<ReturnType<typeof readQuarantine>>[number],
  review: QuarantineReview | undefined,
): QuarantinedRow {
  return {
    id: `${entry.id.slice(0, 16)}-${row.line}-${row.code}-${row.field}`,
    file: row.file,
    line: row.line,
    field: row.field || null,
    value: row.value || null,
    symbol: row.symbol ?? null,
    sessionDate: row.date ?? null,
    code: row.code,
    reason: `${titleOf(row.code)}: ${row.message}`,
    whatToDo: 'Release it with corrections, dismiss it, or correct the file and import it again; the rest is stored.',
    at: toIso(entry.importedMs),
    entryId: entry.id,
    row: row.row ?? null,
    review: toReviewDto(review),
  };
}

export function toReviewDto(review: QuarantineReview): RowReview;
export function toReviewDto(review: QuarantineReview | undefined): RowReview | null;
export function toReviewDto(review: QuarantineReview | undefined): RowReview | null {
  if (review === undefined) return null;
  const { decision, by, why, reviewedMs } = review;
  return { decision, by, why, at: toIso(reviewedMs) };
}
