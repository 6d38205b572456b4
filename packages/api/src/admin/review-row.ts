import type { RowReview, RowReviewRequest } from '@aion/contracts';
import { dismissRow, releaseRow, type IngestPorts, type ReleaseField } from '@aion/market';
import { toReviewDto } from './quarantine-page.ts';

/** Carries a decision about a quarantined row out. It writes the lake: hosts run one such work at a time. */
export async function reviewRow(ingest: IngestPorts, request: RowReviewRequest & { by: string }): Promise<RowReview> {
  const { entryId: id, file, line, by, why, decision, replace } = request;
  const review = { id, file, line, by, why, replace };
  if (decision === 'dismiss') return toReviewDto(await dismissRow(ingest, 'NSE', review));
  const corrections = Object.fromEntries(
    Object.entries(request.corrections).filter(([, value]) => value !== undefined),
  ) as Partial<Record<ReleaseField, string>>;
  return toReviewDto(await releaseRow(ingest, 'NSE', review, corrections));
}
