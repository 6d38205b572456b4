import { RowReviewRequest, type ImportReport, type RowReview } from '@aion/contracts';
import { AppError } from '@aion/core';
import { importFiles } from '@aion/market';
import { z } from 'zod';
import type { Host } from '../host.ts';
import { toImportDto, UPLOAD_CAPS } from '../server/import-report-dto.ts';
import { reviewRow } from '../server/review-row.ts';

const ImportEvent = z.strictObject({
  key: z.string().startsWith('uploads/'),
  name: z.string().min(1).max(200),
  replace: z.boolean(),
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
  const { key, name, replace } = parsed.data;
  const report = await importFiles(host.ingest, [{ name, read: () => host.objects.get(key) }], {
    caps: UPLOAD_CAPS,
    replace,
  });
  return toImportDto(report);
}
