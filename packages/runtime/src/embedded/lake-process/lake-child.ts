// The process of one job on the lake: started by lake-worker.ts, which sends the job. It ends with its parent.
import { readFile } from 'node:fs/promises';
import type { RecordsJob } from '@aion/jobs/sources';
import { importFiles } from '@aion/market';
import { composeEmbedded, type Embedded } from '../compose-embedded.ts';
import { reviewRow, toImportDto, UPLOAD_CAPS } from '@aion/api/admin';
import { toFailure, type LakeJob, type LakeMessage, type LakeRequest } from './lake-job.ts';

const send = (message: LakeMessage): Promise<void> =>
  new Promise((resolve, reject) =>
    process.send!(message, (error: Error | null) => (error ? reject(error) : resolve())),
  );

async function work(embedded: Embedded, job: LakeJob): Promise<unknown> {
  switch (job.kind) {
    case 'import': {
      const file = { name: job.name, read: () => readFile(job.path) };
      const report = await importFiles(embedded.ingest, [file], {
        caps: UPLOAD_CAPS,
        replace: job.replace,
        ...job.stated,
        onProgress: ({ phase, done, total }) => void send({ kind: 'progress', progress: { phase, done, total } }),
      });
      return toImportDto(report);
    }
    case 'review':
      return reviewRow(embedded, job.request);
    case 'records':
      return doRecords(embedded, job.job, job.date);
    case 'care':
      return (await import('../home/night-care.ts')).careAtNight(embedded);
  }
}

/** The clients of a dozen vendors are loaded where they are asked. */
async function doRecords(embedded: Embedded, job: RecordsJob, date: string): Promise<unknown> {
  const [{ doRecordsJob }, { openSources }] = await Promise.all([
    import('@aion/jobs/sources'),
    import('../sources/open-sources.ts'),
  ]);
  return doRecordsJob(embedded, () => openSources(embedded), job, 'NSE', date);
}

async function answer({ loaded, job }: LakeRequest): Promise<LakeMessage> {
  try {
    const embedded = composeEmbedded(loaded);
    try {
      return { kind: 'done', result: (await work(embedded, job)) ?? null };
    } finally {
      embedded.close();
    }
  } catch (error) {
    return { kind: 'failed', failure: toFailure(error) };
  }
}

process.once('disconnect', () => process.exit(1));
process.once('message', (request: LakeRequest) => {
  void answer(request)
    .then(send)
    .then(() => process.exit(0));
});
