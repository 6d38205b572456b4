import { RowReviewRequest, type ImportReport, type RowReview } from '@aion/contracts';
import { AppError } from '@aion/core';
import { BAR_MINUTES, importFiles, STAMPS, statedBars } from '@aion/market';
import { recordImport } from '@aion/jobs/imports';
import { z } from 'zod';
import { Actor, type Host } from '@aion/jobs';
import { reviewRow, toImportDto, UPLOAD_CAPS } from '@aion/api/admin';

const ImportEvent = z.strictObject({
  key: z.string().startsWith('uploads/'),
  name: z.string().min(1).max(200),
  replace: z.boolean(),
  actor: Actor.default({ kind: 'operator', name: 'operator' }),
  stated: z
    .strictObject({ barMinutes: z.literal(BAR_MINUTES), stamps: z.enum(STAMPS) })
    .partial()
    .default({})
    .transform(statedBars),
});

const ReviewEvent = z.strictObject({ review: z.strictObject({ ...RowReviewRequest.shape, actor: Actor }) });

/** Imports a file that the API put among the uploads. Only one such call runs at a time: each commits a manifest of the lake. A quarantined row that is released goes the same way. */
export async function importUpload(host: Host, event: unknown): Promise<ImportReport | RowReview> {
  const review = ReviewEvent.safeParse(event);
  if (review.success) return reviewRow(host, review.data.review);
  const parsed = ImportEvent.safeParse(event);
  if (!parsed.success)
    throw new AppError(
      'bad_input',
      'an import needs {key, name, replace} of a file among the uploads; send the file to POST /v1/admin/bhavcopy',
    );
  const { key, name, replace, actor, stated } = parsed.data;
  const bytes = await host.objects.get(key);
  return recordImport(host, { name, bytes: bytes.length, actor }, async (onProgress) => {
    const files = [{ name, read: async () => bytes }];
    return toImportDto(await importFiles(host.ingest, files, { caps: UPLOAD_CAPS, replace, ...stated, onProgress }));
  });
}
