import { requireWhy } from '@aion/core';
import { dismissRow, type QuarantineReview } from '@aion/market';
import { nameOf } from '../actor.ts';
import type { Host } from '../host.ts';
import type { RowDecision } from './release-quarantined.ts';

/**
 * Leaves a quarantined row out for good.
 *
 * @throws AppError(bad_input) for a reason that is too short or too long, AppError(not_found) for a row that is not there, and AppError(conflict) for one that
 * was released already.
 */
export async function dismissQuarantined(
  host: Pick<Host, 'ingest'>,
  { exchange, why, actor, ...row }: RowDecision,
): Promise<QuarantineReview> {
  const reason = requireWhy(why);
  return dismissRow(host.ingest, exchange, { ...row, by: nameOf(actor), why: reason });
}
