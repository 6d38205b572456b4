import type { StagedUpload } from '@aion/api';
import type { Embedded } from '../compose-embedded.ts';
import { recordImport } from '@aion/jobs/imports';
import type { LakeWorker } from '../lake-process/lake-worker.ts';
import { stageToFile } from '../../serving/staged-upload.ts';

/** Receives an upload into a file of the home. Its import runs in a process of its own and keeps a record of where it is. */
export async function receiveUpload(
  embedded: Embedded,
  lake: LakeWorker,
  name: string,
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<StagedUpload> {
  const file = await stageToFile(embedded.loaded.home, body, maxBytes);
  return {
    bytes: file.bytes,
    sha256: file.sha256,
    discard: () => file.discard(),
    import: ({ replace, actor, stated }) =>
      recordImport(embedded, { name, bytes: file.bytes, actor }, (onProgress) =>
        lake.importFile({ path: file.path, name, replace, stated }, onProgress),
      ),
  };
}
