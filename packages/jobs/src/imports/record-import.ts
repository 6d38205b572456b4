import type { ImportReport } from '@aion/contracts';
import { errorFields, isForCaller, publicMessage } from '@aion/core';
import { nameOf, type Actor } from '../actor.ts';
import type { Host } from '../host.ts';
import { saveImport, type ImportRecord } from './import-runs.ts';

const PROGRESS_MS = 500;

export interface Upload {
  readonly name: string;
  readonly bytes: number;
  readonly actor: Actor;
}

/** Where an import is, as whoever reads the file tells it. */
export type ImportProgress = NonNullable<ImportRecord['progress']>;

/**
 * Imports an upload and keeps a record of where that is: it waits until `work` tells of its progress, and is done or failed when `work` ends.
 * Where nobody but the operator may read why it failed, the record has the import's id, under which the log has it.
 *
 * @throws what `work` throws.
 * @example
 * const report = await recordImport(host, { name, bytes, actor }, (onProgress) => readIntoLake(file, onProgress));
 */
export async function recordImport(
  { items, clock, telemetry, owner }: Pick<Host, 'items' | 'clock' | 'telemetry' | 'owner'>,
  { name, bytes, actor }: Upload,
  work: (onProgress: (progress: ImportProgress) => void) => Promise<ImportReport>,
): Promise<ImportReport> {
  const id = crypto.randomUUID();
  let record: ImportRecord = {
    id,
    name,
    by: nameOf(actor),
    bytes,
    state: 'waiting',
    startedMs: clock.nowMs(),
    finishedMs: null,
    progress: null,
    report: null,
    error: null,
    owner: owner.name,
  };
  // One after the other: the last word on it must be the last that is written.
  let written: Promise<void> = Promise.resolve();
  const write = (change: Partial<ImportRecord>): Promise<void> => {
    record = { ...record, ...change };
    const next = record;
    return (written = written
      .then(() => saveImport(items, next))
      .catch((error: unknown) => {
        // The record is for the eyes; the import goes on without it.
        const fields = { importId: id, ...errorFields(error) };
        telemetry.log('warn', 'the record of an import could not be written', fields);
      }));
  };
  const end = (change: Partial<ImportRecord>): Promise<void> =>
    write({ ...change, finishedMs: clock.nowMs(), progress: null });
  await write({});
  let lastMs = Number.NEGATIVE_INFINITY;
  try {
    const report = await work(({ phase, done, total }) => {
      const nowMs = clock.monotonicMs();
      if (nowMs - lastMs < PROGRESS_MS && phase === record.progress?.phase) return;
      lastMs = nowMs;
      void write({ state: 'running', progress: { phase, done, total } });
    });
    await end({ state: 'done', report });
    return report;
  } catch (error) {
    const fields = { importId: id, name, ...errorFields(error) };
    telemetry.log(isForCaller(error) ? 'warn' : 'error', 'an import failed', fields);
    await end({ state: 'failed', error: publicMessage(error, id) });
    throw error;
  }
}
