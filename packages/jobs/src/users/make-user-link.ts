import { ensureEntitlement, userDeedItem } from '@aion/accounts';
import { requireWhy } from '@aion/core';
import { nameOf, type Actor } from '../actor.ts';
import type { Host } from '../host.ts';

interface Account {
  readonly id: string;
  readonly email: string;
}

/** The accounts of a host that keeps them itself. */
export interface Accounts<User extends Account> {
  findByEmail(email: string): Promise<User | undefined>;
  create(email: string, password: string): Promise<User>;
  /** A secret by which the user's password can be set once. */
  startRecovery(user: User): Promise<string>;
  /** Nobody guesses it. */
  newSecret(): string;
}

export interface UserLinkRequest {
  readonly email: string;
  /** Kept in the audit, with who. */
  readonly why: string;
  readonly actor: Actor;
}

/**
 * The secret of a link by which somebody sets the password of their account: for an operator without a mail service, who hands it over
 * themselves. An address without an account gets a basic one (`made`).
 *
 * @throws AppError(bad_input) for a reason that is too short or too long.
 */
export async function makeUserLink<User extends Account>(
  host: Pick<Host, 'items' | 'clock'>,
  accounts: Accounts<User>,
  { email, why, actor }: UserLinkRequest,
): Promise<{ readonly userId: string; readonly email: string; readonly made: boolean; readonly secret: string }> {
  const reason = requireWhy(why);
  const { items, clock } = host;
  const found = await accounts.findByEmail(email);
  const user = found ?? (await accounts.create(email, accounts.newSecret()));
  const first = { userId: user.id, email: user.email, tier: 'basic', role: 'member', source: 'signup' } as const;
  await ensureEntitlement(items, { ...first, updatedMs: clock.nowMs() });
  // Written before the link exists: no link without its entry.
  const deed = { userId: user.id, by: nameOf(actor), reason, what: 'a link to set the password was made' };
  await items.put(userDeedItem(clock, { ...deed, id: crypto.randomUUID() }), { kind: 'absent' });
  return {
    userId: user.id,
    email: user.email,
    made: found === undefined,
    secret: await accounts.startRecovery(user),
  };
}
