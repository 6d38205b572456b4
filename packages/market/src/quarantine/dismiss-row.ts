import type { Exchange } from '@aion/core';
import type { IngestPorts } from '../ingest/ingest-ports.ts';
import { findRow } from './find-row.ts';
import { type QuarantineReview, type RowReview, makeReview, saveReview } from './review-record.ts';

/** Leaves a quarantined row out for good, with the reason. */
export async function dismissRow(
  ports: Pick<IngestPorts, 'items' | 'objects' | 'clock'>,
  market: Exchange,
  review: RowReview,
): Promise<QuarantineReview> {
  const { summary } = await findRow(ports, market, review);
  const dismissed = { ...review, id: summary.id, decision: 'dismissed', reviewedMs: ports.clock.nowMs() } as const;
  return saveReview(ports, market, makeReview(dismissed));
}
