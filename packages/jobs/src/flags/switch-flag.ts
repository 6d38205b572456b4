import { requireWhy } from '@aion/core';
import { parseFlag, setFlag, type FlagState } from '@aion/trading';
import { nameOf, type Actor } from '../actor.ts';
import type { Host } from '../host.ts';

export interface FlagDecision {
  /** Name of the flag. */
  readonly flag: string;
  readonly on: boolean;
  /** Kept in the audit, with who. */
  readonly why: string;
  readonly actor: Actor;
}

/**
 * Switches a feature flag.
 *
 * @throws AppError(bad_input) for a reason that is too short or too long, or an unknown flag.
 */
export async function switchFlag(
  host: Pick<Host, 'items' | 'clock'>,
  { flag, on, why, actor }: FlagDecision,
): Promise<FlagState> {
  const reason = requireWhy(why);
  return setFlag(host.items, host.clock, parseFlag(flag), { on, reason, by: nameOf(actor) });
}
