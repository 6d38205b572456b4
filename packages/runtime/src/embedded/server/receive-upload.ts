import { randomUUID } from 'node:crypto';
import type { StagedUpload } from '@aion/api';
import { errorMessage, publicMessage } from '@aion/core';
import type { Embedded } from '../compose-embedded.ts';
import { processOwner } from '../home/owner.ts';
import { saveImport, type ImportRecord } from '@aion/jobs/imports';
import type { LakeWorker } from '../lake-process/lake-worker.ts';
import { stageToFile } from '../../serving/staged-upload.ts';

const PROGRESS_MS = 500;

/** Receives an upload into a file of the home. Its import runs in a process of its own and keeps a record of where it is. */
export async function receiveUpload(
  embedded: Embedded,
  lake: LakeWorker,
  name: string,
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<StagedUpload> {
  const { items, clock, telemetry } = embedded;
  const file = await stageToFile(embedded.loaded.home, body, maxBytes);
  return {
    bytes: file.bytes,
    sha256: file.sha256,
    discard: () => file.discard(),
    async import({ replace, by, stated }) {
      let record: ImportRecord = {
        id: randomUUID(),
        name,
        by,
        bytes: file.bytes,
        state: 'waiting',
        startedMs: clock.nowMs(),
        finishedMs: null,
        progress: null,
        report: null,
        error: null,
        owner: processOwner.name,
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
            telemetry.log('warn', 'the record of an import could not be written', { error: errorMessage(error) });
          }));
      };
      await write({});
      let lastMs = Number.NEGATIVE_INFINITY;
      try {
        const report = await lake.importFile({ path: file.path, name, replace, stated }, (progress) => {
          const nowMs = clock.monotonicMs();
          if (nowMs - lastMs < PROGRESS_MS && progress.phase === record.progress?.phase) return;
          lastMs = nowMs;
          void write({ state: 'running', progress });
        });
        await write({ state: 'done', finishedMs: clock.nowMs(), progress: null, report });
        return report;
      } catch (error) {
        await write({ state: 'failed', finishedMs: clock.nowMs(), progress: null, error: publicMessage(error) });
        throw error;
      }
    },
  };
}
