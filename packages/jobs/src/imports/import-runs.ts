import { ImportReport, ImportRun } from '@aion/contracts';
import { bodyOf, toIso, type Clock, type ItemTable, type StoredForm } from '@aion/core';
import { z } from 'zod';

/** What an import records of itself, so that an admin sees where it is and what became of it. */
const ImportRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  by: z.string(),
  bytes: z.int(),
  state: ImportRun.shape.state,
  startedMs: z.int(),
  finishedMs: z.int().nullable(),
  progress: ImportRun.shape.progress,
  report: ImportReport.nullable(),
  error: z.string().nullable(),
  /** The process that looks after it; empty on a host whose functions end by themselves. */
  owner: z.string(),
});
export type ImportRecord = z.infer<typeof ImportRecord>;
const IMPORT: StoredForm<ImportRecord> = { what: 'record of an import', v: 1, schema: ImportRecord };

const KEPT_S = 30 * 86_400;
const LISTED = 20;
/** Longer than any host lets one run. */
const LONGEST_MS = 45 * 60_000;
const pk = 'IMPORTS#NSE';
const ENDED = 'its process ended before it was through; what it had stored until then is whole. Send the file again';

/** Stores how an import stands. It is forgotten thirty days after its start. */
export async function saveImport(items: ItemTable, record: ImportRecord): Promise<void> {
  const sk = `${String(record.startedMs).padStart(15, '0')}#${record.id}`;
  const expiresAtS = Math.floor(record.startedMs / 1000) + KEPT_S;
  await items.put({ table: 'product', pk, sk, v: IMPORT.v, body: ImportRecord.parse(record), expiresAtS });
}

/** The newest imports. One whose process is gone, or that cannot be running any more, is shown as failed. */
export async function listImports(
  items: ItemTable,
  clock: Clock,
  isGone: (owner: string) => boolean,
): Promise<ImportRun[]> {
  const page = await items.query({ table: 'product', pk, descending: true }, { limit: LISTED });
  return page.items.map((item) => {
    const record = bodyOf(item, IMPORT);
    const open = record.state === 'waiting' || record.state === 'running';
    const lost = open && (isGone(record.owner) || Math.abs(clock.nowMs() - record.startedMs) > LONGEST_MS);
    return toDto(lost ? { ...record, state: 'failed', progress: null, error: ENDED } : record);
  });
}

function toDto({ startedMs, finishedMs, ...record }: ImportRecord): ImportRun {
  const { id, name, by, bytes, state, progress, report, error } = record;
  return {
    id,
    name,
    by,
    bytes,
    state,
    progress,
    report,
    error,
    startedAt: toIso(startedMs),
    finishedAt: finishedMs === null ? null : toIso(finishedMs),
  };
}
