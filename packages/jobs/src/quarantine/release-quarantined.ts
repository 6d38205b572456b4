import { requireWhy, type Exchange } from '@aion/core';
import { releaseRow, type QuarantineReview, type ReleaseField } from '@aion/market';
import { nameOf, type Actor } from '../actor.ts';
import type { Host } from '../host.ts';

export interface RowDecision {
  readonly exchange: Exchange;
  /** The quarantine entry's id, or its beginning, its file, and the row's line in that. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  /** What was checked; kept. */
  readonly why: string;
  readonly actor: Actor;
}

export interface RowRelease extends RowDecision {
  /** The row may take the place of a stored bar with other values. */
  readonly replace: boolean;
  /** Laid over the row before it is checked again. */
  readonly corrections: Partial<Record<ReleaseField, string>>;
}

/**
 * Stores a quarantined row after all, with the corrections given, through the checks of any import.
 *
 * @throws AppError(bad_input) for a reason that is too short or too long, or a row that is still wrong, AppError(not_found) for one that is not there, and
 * AppError(conflict) for one that was released already or whose bar is stored with other values.
 */
export async function releaseQuarantined(
  host: Pick<Host, 'ingest'>,
  { exchange, why, actor, corrections, ...row }: RowRelease,
): Promise<QuarantineReview> {
  const reason = requireWhy(why);
  return releaseRow(host.ingest, exchange, { ...row, by: nameOf(actor), why: reason }, corrections);
}
