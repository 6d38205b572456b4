import { ensureEntitlement, issueOnce, NOTHING, redeemOnce } from '@aion/accounts';
import type { Users } from '@aion/adapters/gotrue/users';
import { newSecret } from '@aion/adapters/plumbing/secret';
import type { FirstAdmin } from '@aion/contracts';
import { AppError } from '@aion/core';
import { changeUser } from '@aion/jobs/users';
import type { Embedded } from '../compose-embedded.ts';
import { hasOwnAdmin } from './demo-accounts.ts';

const LINK_SECONDS = 3600;

/** A secret by which the first administrator names themselves, where there is none yet; null otherwise. */
export async function firstAdminSecret(embedded: Embedded, users: Users): Promise<string | null> {
  if (await hasOwnAdmin(embedded, users)) return null;
  const given = { kind: 'first-admin', seconds: LINK_SECONDS, body: {} } as const;
  return (await issueOnce(embedded.items, embedded.clock, newSecret, given)).secret;
}

/** Makes the first administrator, or makes an account that is there one. Throws AppError(forbidden) for a secret that is wrong or used up. */
export async function makeFirstAdmin(embedded: Embedded, users: Users, asked: FirstAdmin): Promise<void> {
  const redeemed = await redeemOnce(embedded.items, 'first-admin', asked.secret, NOTHING);
  if (redeemed === undefined || (await hasOwnAdmin(embedded, users)))
    throw new AppError('forbidden', 'this link is used up or too old; start the product again for a new one');
  const email = asked.email.toLowerCase();
  const found = await users.findByEmail(email);
  const user = found ?? (await users.create(email, asked.password));
  if (found !== undefined) await users.setPassword(found, asked.password);
  const { items, clock } = embedded;
  const updatedMs = clock.nowMs();
  await ensureEntitlement(items, {
    userId: user.id,
    email,
    tier: 'basic',
    role: 'member',
    source: 'signup',
    updatedMs,
  });
  await changeUser(embedded, {
    who: { userId: user.id },
    tier: 'elite',
    role: 'admin',
    why: 'the first administrator of this home',
    actor: { kind: 'system', what: 'the link of a start' },
  });
}
