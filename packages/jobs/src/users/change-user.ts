import { setUser, type Entitlement, type Who } from '@aion/accounts';
import { AppError, requireWhy } from '@aion/core';
import { nameOf, type Actor } from '../actor.ts';
import type { Host } from '../host.ts';

export interface UserChange {
  readonly who: Who;
  /** Granted; the better of it and what is paid for counts. */
  readonly tier?: Entitlement['tier'];
  readonly role?: Entitlement['role'];
  /** Kept in the audit, with who. */
  readonly why: string;
  readonly actor: Actor;
}

/**
 * Changes what a user may.
 *
 * @throws AppError(bad_input) for a reason that is too short or too long, or where nothing is to change; AppError(not_found) for a user who is not there.
 */
export async function changeUser(
  host: Pick<Host, 'items' | 'clock'>,
  { who, tier, role, why, actor }: UserChange,
): Promise<Entitlement> {
  const reason = requireWhy(why);
  if (tier === undefined && role === undefined)
    throw new AppError('bad_input', 'say what to change: the tier or the role');
  const change = { ...(tier !== undefined && { tier }), ...(role !== undefined && { role }) };
  return setUser(host.items, host.clock, who, change, { by: nameOf(actor), reason });
}
