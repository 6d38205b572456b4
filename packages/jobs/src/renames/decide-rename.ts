import { AppError, requireWhy, SessionDate, toEpochDay, type Exchange } from '@aion/core';
import { saveRenameDecision, type RenameDecision } from '@aion/market';
import { nameOf, type Actor } from '../actor.ts';
import type { Host } from '../host.ts';
import { requireTicker } from '../require-ticker.ts';

export interface RenameJudgement {
  readonly exchange: Exchange;
  /** The older symbol. */
  readonly from: string;
  /** The newer one. */
  readonly to: string;
  /** First session under the newer symbol. */
  readonly sessionDate: SessionDate;
  /** `confirmed`: both are one share. `rejected`: they are two. */
  readonly decision: RenameDecision['decision'];
  /** What was checked; kept. */
  readonly why: string;
  readonly actor: Actor;
}

/**
 * Writes down that two symbols are, or are not, one share; the next run takes it into account.
 *
 * @throws AppError(bad_input) for an invalid date, a reason that is too short or too long, and for names that are not two different symbols.
 */
export async function decideRename(
  host: Pick<Host, 'items' | 'objects' | 'clock'>,
  { exchange, from: older, to: newer, sessionDate, decision, why, actor }: RenameJudgement,
): Promise<RenameDecision> {
  const reason = requireWhy(why);
  const [from, to] = [requireTicker(older), requireTicker(newer)];
  if (from === to) throw new AppError('bad_input', `expected two symbols, found ${from} twice`);
  if (!SessionDate.safeParse(sessionDate).success)
    throw new AppError('bad_input', `expected a date as YYYY-MM-DD, found "${sessionDate}"`);
  const rename = { from, to, fromDay: toEpochDay(sessionDate), evidence: 'admin' } as const;
  const decided = { ...rename, decision, by: nameOf(actor), why: reason, decidedMs: host.clock.nowMs() };
  await saveRenameDecision(host, exchange, decided);
  return decided;
}
