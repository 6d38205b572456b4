import {
  type Exchange,
  AppError,
  bodyOf,
  type ItemTable,
  type ObjectStore,
  type StoredForm,
  isAppError,
} from '@aion/core';
import { z } from 'zod';
import { BAR_MINUTES } from '../ingest/bar-size.ts';
import { ROW_DEFECT_CODES, type FileDefectCode, type RowDefect, type RowDefectCode } from '../defects.ts';

type Ports = { readonly items: ItemTable; readonly objects: ObjectStore };

const Summary = z.strictObject({
  id: z.string(),
  file: z.string(),
  importedMs: z.int(),
  /** `refused`: nothing of the file was stored. `rows`: these rows were set aside, the rest went in. */
  kind: z.enum(['refused', 'rows']),
  rows: z.int(),
  byCode: z.record(z.string(), z.int()),
  message: z.string(),
  /** The header of the file, which tells what the columns of its rows are. */
  header: z.string().optional(),
  /** Of a file of intraday bars: what a single row of it does not tell. */
  intraday: z.strictObject({ barMinutes: z.literal(BAR_MINUTES), stamps: z.enum(['start', 'end']) }).optional(),
  /** Object with one RowDefect per line as JSON; absent when the file was refused as a whole. */
  objectKey: z.string().optional(),
});
/** What was set aside of one file, for people to look at. */
export type QuarantineSummary = z.infer<typeof Summary>;
const SUMMARY: StoredForm<QuarantineSummary> = { what: 'summary of a quarantined file', v: 1, schema: Summary };

const StoredDefect: z.ZodType<RowDefect & { readonly file: string }> = z.strictObject({
  file: z.string(),
  code: z.enum(ROW_DEFECT_CODES),
  line: z.int(),
  field: z.string(),
  value: z.string(),
  message: z.string(),
  symbol: z.string().exactOptional(),
  date: z.string().exactOptional(),
  row: z.string().exactOptional(),
});

const MESSAGE_CHARACTERS = 1000;

/** Keeps the quarantined rows of a file. The same rows of the same file are kept once, however often it is imported. */
export async function quarantineRows(
  ports: Ports,
  market: Exchange,
  file: string,
  importedMs: number,
  defects: readonly RowDefect[],
  { header, intraday }: Pick<QuarantineSummary, 'header' | 'intraday'> = {},
): Promise<QuarantineSummary> {
  const lines = defects.map((defect) => JSON.stringify({ file, ...defect })).join('\n');
  const ref = await ports.objects.put(`quarantine/${market}`, new TextEncoder().encode(`${lines}\n`), '.jsonl');
  const byCode: Partial<Record<RowDefectCode, number>> = {};
  for (const { code } of defects) byCode[code] = (byCode[code] ?? 0) + 1;
  const [first] = defects;
  return keep(ports, market, {
    id: ref.sha256,
    file,
    importedMs,
    kind: 'rows',
    rows: defects.length,
    byCode,
    message: first === undefined ? '' : `line ${first.line}, ${first.field || 'row'}: ${first.message}`,
    objectKey: ref.key,
    ...(header !== undefined && { header: header.slice(0, MESSAGE_CHARACTERS) }),
    ...(intraday !== undefined && { intraday }),
  });
}

/** Keeps the fact that a file was turned away. `contentHash` identifies the file's content. */
export async function quarantineFile(
  ports: Ports,
  market: Exchange,
  file: string,
  importedMs: number,
  contentHash: string,
  defect: { readonly code: FileDefectCode; readonly message: string },
): Promise<QuarantineSummary> {
  return keep(ports, market, {
    id: contentHash,
    file,
    importedMs,
    kind: 'refused',
    rows: 0,
    byCode: { [defect.code]: 1 },
    message: defect.message,
  });
}

const timeKey = (ms: number): string => String(ms).padStart(15, '0');

async function keep(ports: Ports, market: Exchange, summary: QuarantineSummary): Promise<QuarantineSummary> {
  const short = { ...summary, message: summary.message.slice(0, MESSAGE_CHARACTERS) };
  const item = {
    table: 'product',
    pk: `QUARANTINE#${market}`,
    sk: `${short.id}#${short.file}`,
    v: SUMMARY.v,
    body: short,
    gsi1pk: `QUARANTINE#${market}`,
    gsi1sk: timeKey(short.importedMs),
  } as const;
  try {
    await ports.items.put(item, { kind: 'absent' });
  } catch (error) {
    // The very same rows were kept by an earlier import.
    if (!isAppError(error, 'conflict')) throw error;
  }
  return short;
}

/**
 * Summaries, newest first, those imported after `upToMs` left out. `after` is the `next` of the page before.
 *
 * @example
 * const first = await listQuarantine({ items }, 'NSE', { limit: 50 });
 * const second = first.next === undefined ? undefined : await listQuarantine({ items }, 'NSE', { limit: 50, after: first.next });
 */
export async function listQuarantine(
  ports: Pick<Ports, 'items'>,
  market: Exchange,
  { upToMs, ...page }: { readonly limit: number; readonly after?: string; readonly upToMs?: number },
): Promise<{ entries: readonly QuarantineSummary[]; next?: string }> {
  const all = { table: 'product', index: 'gsi1', pk: `QUARANTINE#${market}`, descending: true } as const;
  const range = upToMs === undefined ? all : { ...all, to: timeKey(upToMs) };
  const found = await ports.items.query(range, page);
  const entries = found.items.map((item) => bodyOf(item, SUMMARY));
  return found.next === undefined ? { entries } : { entries, next: found.next };
}

/** One entry by its id (or the beginning of it) and file. Throws AppError(not_found), or bad_input where several match. */
export async function findQuarantine(
  ports: Pick<Ports, 'items'>,
  market: Exchange,
  id: string,
  file?: string,
): Promise<QuarantineSummary> {
  const range = { table: 'product', pk: `QUARANTINE#${market}`, prefix: id } as const;
  const found = (await ports.items.query(range, { limit: 50 })).items
    .map((item) => bodyOf(item, SUMMARY))
    .filter((entry) => file === undefined || entry.file === file);
  const [entry] = found;
  if (entry === undefined) throw new AppError('not_found', `no quarantined file has the id ${id}; list them first`);
  if (found.length > 1) {
    const files = found.map((one) => one.file).join(', ');
    throw new AppError('bad_input', `the id ${id} stands for several files (${files}); name one of them`);
  }
  return entry;
}

/** The quarantined rows of a summary from one on, at most `limit`. */
export async function readQuarantine(
  ports: Pick<Ports, 'objects'>,
  summary: QuarantineSummary,
  limit = 1000,
  fromRow = 0,
): Promise<readonly (RowDefect & { file: string })[]> {
  if (summary.objectKey === undefined) return [];
  const text = new TextDecoder().decode(await ports.objects.get(summary.objectKey));
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.slice(fromRow, fromRow + limit).map((line, at) => {
    const parsed = StoredDefect.safeParse(JSON.parse(line));
    if (parsed.success) return parsed.data;
    throw new AppError(
      'corrupt',
      `row ${fromRow + at + 1} of ${summary.file} in quarantine does not have its shape; import the file again`,
    );
  });
}
