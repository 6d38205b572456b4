import { requireWhy } from '@aion/core';
import type { KillOutcome } from '@aion/trading';
import { nameOf, type Actor } from '../actor.ts';
import type { Host } from '../host.ts';

export interface KillDecision {
  readonly active: boolean;
  /** Kept in the audit, with who. */
  readonly why: string;
  /** Of a release: when the state was set that its asker looked at. It undoes that state and no other. */
  readonly seenAtMs?: number | null;
  readonly actor: Actor;
}

/**
 * Turns the kill switch on or off.
 *
 * @throws AppError(bad_input) for a reason that is too short or too long, AppError(conflict) for a release of a state that has changed since.
 * @example await setKill(host, { active: true, why: 'prices stand still', actor: OPERATOR });
 */
export async function setKill(host: Pick<Host, 'kill'>, { why, actor, ...change }: KillDecision): Promise<KillOutcome> {
  const reason = requireWhy(why);
  return host.kill.set({ ...change, reason, by: nameOf(actor) });
}
