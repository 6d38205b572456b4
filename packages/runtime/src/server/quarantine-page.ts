import type { QuarantinePage, QuarantinedRow, RowReview } from '@aion/contracts';
import { AppError, toIso } from '@aion/core';
import {
  listQuarantine,
  loadReviews,
  readQuarantine,
  type QuarantineReview,
  type QuarantineSummary,
} from '@aion/market';
import { makeLakeReader, titleOf } from '@aion/pipeline';
import type { Host } from '../host.ts';

const SCANNED_FILES = 200;
const ROWS_PER_FILE = 1000;

/** Quarantined rows, newest file first. The cursor is the number of rows before. */
export async function quarantinePage(
  host: Host,
  page: { limit: number; after?: string; code?: string },
): Promise<QuarantinePage> {
  const start = placeOf(page.after);
  const tallies = await makeLakeReader(host.ingest, 'NSE', false).quarantined();
  const { entries } = await listQuarantine(host.ingest, 'NSE', { limit: SCANNED_FILES });
  const rows: QuarantinedRow[] = [];
  const end = start + page.limit + 1;
  for (const entry of entries) {
    if (rows.length >= end) break;
    for (const row of await rowsOf(host, entry)) {
      if (page.code === undefined || row.code === page.code) rows.push(row);
    }
  }
  return {
    total: tallies.reduce((sum, tally) => sum + tally.count, 0),
    byReason: tallies.map((tally) => ({ ...tally })),
    rows: rows.slice(start, start + page.limit),
    nextCursor: rows.length > start + page.limit ? String(start + page.limit) : null,
  };
}

function placeOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^\d{1,9}$/.test(cursor))
    throw new AppError('bad_input', 'the cursor is not one that this server gave; start again without it');
  return Number(cursor);
}

async function rowsOf(host: Host, entry: QuarantineSummary): Promise<QuarantinedRow[]> {
  const at = toIso(entry.importedMs);
  if (entry.kind === 'refused') {
    const code = Object.keys(entry.byCode)[0] ?? 'refused';
    const whole = { line: null, field: null, value: null, symbol: null, sessionDate: null };
    return [
      {
        id: entry.id,
        file: entry.file,
        ...whole,
        code,
        reason: entry.message,
        whatToDo: 'Nothing of the file was stored. Correct the file and import it again.',
        at,
        entryId: entry.id,
        row: null,
        review: null,
      },
    ];
  }
  const [rows, reviews] = await Promise.all([
    readQuarantine(host.ingest, entry, ROWS_PER_FILE),
    loadReviews(host.ingest, 'NSE', entry),
  ]);
  return rows.map((row) => ({
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
    at,
    entryId: entry.id,
    row: row.row ?? null,
    review: toReviewDto(reviews.get(row.line)),
  }));
}

export function toReviewDto(review: QuarantineReview): RowReview;
export function toReviewDto(review: QuarantineReview | undefined): RowReview | null;
export function toReviewDto(review: QuarantineReview | undefined): RowReview | null {
  if (review === undefined) return null;
  const { decision, by, why, reviewedMs } = review;
  return { decision, by, why, at: toIso(reviewedMs) };
}
