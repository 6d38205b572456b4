import { type Exchange, bodyOf, REVIEW_DECISIONS, type ItemTable, type StoredForm } from '@aion/core';
import { z } from 'zod';
import type { QuarantineSummary } from './quarantine.ts';

/** What a person decides about one quarantined row. */
export interface RowReview {
  /** The quarantine entry's id and file, and the row's line in it. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly by: string;
  readonly why: string;
}

const Review = z.strictObject({
  id: z.string(),
  file: z.string(),
  line: z.int(),
  decision: z.enum(REVIEW_DECISIONS),
  by: z.string(),
  why: z.string().min(3).max(500),
  reviewedMs: z.int(),
  /** The row that was stored, as text; absent when it was dismissed. */
  stored: z.string().optional(),
  /** The bar that it replaced. */
  replaced: z.string().optional(),
});
/** What a person decided about one quarantined row. */
export type QuarantineReview = z.infer<typeof Review>;

const REVIEW: StoredForm<QuarantineReview> = { what: 'review of a quarantined row', v: 1, schema: Review };
const partition = (market: Exchange) => ({ table: 'product', pk: `QREVIEW#${market}` }) as const;

/** The reviews of a quarantine entry's rows, by line. */
export async function loadReviews(
  ports: { readonly items: ItemTable },
  market: Exchange,
  { id, file }: Pick<QuarantineSummary, 'id' | 'file'>,
): Promise<ReadonlyMap<number, QuarantineReview>> {
  const reviews = new Map<number, QuarantineReview>();
  let after: string | undefined;
  do {
    const range = { ...partition(market), prefix: `${id}#` };
    const page = await ports.items.query(range, after === undefined ? { limit: 200 } : { limit: 200, after });
    for (const item of page.items) {
      const review = bodyOf(item, REVIEW);
      if (review.file === file) reviews.set(review.line, review);
    }
    after = page.next;
  } while (after !== undefined);
  return reviews;
}

/** A review as it can be kept: what readers would refuse throws here, before anything is stored that it speaks of. */
export const makeReview = (review: QuarantineReview): QuarantineReview => Review.parse(review);

/** Keeps a review; a later one of the same row takes its place. */
export async function saveReview(
  ports: { readonly items: ItemTable },
  market: Exchange,
  review: QuarantineReview,
): Promise<QuarantineReview> {
  const { id, file, line } = review;
  await ports.items.put({ ...partition(market), sk: `${id}#${line}#${file}`, v: REVIEW.v, body: review });
  return review;
}
