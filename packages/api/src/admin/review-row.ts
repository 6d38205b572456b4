import type { RowReview, RowReviewRequest } from '@aion/contracts';
import type { Actor, Host } from '@aion/jobs';
import { dismissQuarantined, releaseQuarantined } from '@aion/jobs/quarantine';
import type { ReleaseField } from '@aion/market';
import { toReviewDto } from './quarantine-page.ts';

/** Carries a decision about a quarantined row out. It writes the lake: hosts run one such work at a time. */
export async function reviewRow(
  host: Pick<Host, 'ingest'>,
  request: RowReviewRequest & { readonly actor: Actor },
): Promise<RowReview> {
  const { entryId: id, file, line, why, actor, decision, replace } = request;
  const row = { exchange: 'NSE', id, file, line, why, actor } as const;
  if (decision === 'dismiss') return toReviewDto(await dismissQuarantined(host, row));
  const corrections = Object.fromEntries(
    Object.entries(request.corrections).filter(([, value]) => value !== undefined),
  ) as Partial<Record<ReleaseField, string>>;
  return toReviewDto(await releaseQuarantined(host, { ...row, replace, corrections }));
}
