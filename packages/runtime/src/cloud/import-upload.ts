import { randomUUID } from 'node:crypto';
import { RowReviewRequest, type ImportReport, type RowReview } from '@aion/contracts';
import { AppError, publicMessage } from '@aion/core';
import { BAR_MINUTES, importFiles, STAMPS, statedBars } from '@aion/market';
import { saveImport, type ImportRecord } from '@aion/jobs/imports';
import { z } from 'zod';
import type { Host } from '@aion/jobs';
import { toImportDto, UPLOAD_CAPS } from '@aion/api/admin';
import { reviewRow } from '@aion/api/admin';

const ImportEvent = z.strictObject({
  key: z.string().startsWith('uploads/'),
  name: z.string().min(1).max(200),
  replace: z.boolean(),
  by: z.string().default('operator'),
  stated: z
    .strictObject({ barMinutes: z.literal(BAR_MINUTES), stamps: z.enum(STAMPS) })
    .partial()
    .default({})
    .transform(statedBars),
});

const ReviewEvent = z.strictObject({ review: z.strictObject({ ...RowReviewRequest.shape, by: z.string() }) });

/** Imports a file that the API put among the uploads. Only one such call runs at a time: each commits a manifest of the lake. A quarantined row that is released goes the same way. */
export async function importUpload(host: Host, event: unknown): Promise<ImportReport | RowReview> {
  const review = ReviewEvent.safeParse(event);
  if (review.success) return reviewRow(host.ingest, review.data.review);
  const parsed = ImportEvent.safeParse(event);
  if (!parsed.success)
    throw new AppError(
      'bad_input',
      'an import needs {key, name, replace} of a file among the uploads; send the file to POST /v1/admin/bhavcopy',
    );
  const { key, name, replace, by, stated } = parsed.data;
  const bytes = await host.objects.get(key);
  const record: ImportRecord = {
    id: randomUUID(),
    name,
    by,
    bytes: bytes.length,
    state: 'running',
    startedMs: host.clock.nowMs(),
    finishedMs: null,
    progress: { phase: 'reading', done: 0, total: 1 },
    report: null,
    error: null,
    owner: '',
  };
  const end = (change: Partial<ImportRecord>): Promise<void> =>
    saveImport(host.items, { ...record, progress: null, finishedMs: host.clock.nowMs(), ...change });
  await saveImport(host.items, record);
  try {
    const files = [{ name, read: async () => bytes }];
    const report = toImportDto(await importFiles(host.ingest, files, { caps: UPLOAD_CAPS, replace, ...stated }));
    await end({ state: 'done', report });
    return report;
  } catch (error) {
    await end({ state: 'failed', error: publicMessage(error) });
    throw error;
  }
}
