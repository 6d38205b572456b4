import { randomUUID } from 'node:crypto';
import { ensureEntitlement, userDeedItem } from '@aion/accounts';
import { Credentials, makeUsers } from '@aion/adapters/gotrue/users';
import { newSecret } from '@aion/adapters/plumbing/secret';
import { AppError } from '@aion/core';
import type { Embedded } from '../compose-embedded.ts';
import { reachedAt } from '../server/hosts.ts';

const siteKey = { table: 'product', pk: 'SITE', sk: 'URL' } as const;

/** Keeps where the site was served last, for links that are made while another process serves it. */
export async function keepSiteUrl({ items }: Embedded, url: string): Promise<void> {
  await items.put({ ...siteKey, v: 1, body: { url } });
}

/** Where links to the site lead: the address that its readers know, or where it was served last. */
async function siteUrlOf({ items, loaded }: Embedded): Promise<string> {
  const { siteUrl, host, webPort } = loaded.config;
  if (siteUrl !== '') return siteUrl.replace(/\/$/, '');
  const kept = await items.get(siteKey);
  return kept === undefined ? `http://${reachedAt(host)}:${webPort}` : String(kept.body['url']);
}

/**
 * A link by which somebody sets the password of their account, once and within half an hour: for an operator without a mail service,
 * who hands it over themselves. An address without an account gets a basic one. Throws AppError(bad_input) for what is no address.
 */
export async function makeUserLink(
  embedded: Embedded,
  email: string,
  why: { readonly by: string; readonly reason: string },
): Promise<{ userId: string; email: string; made: boolean; url: string }> {
  const address = Credentials.shape.email.safeParse(email);
  if (!address.success) throw new AppError('bad_input', `"${email}" is no mail address`);
  const { items, clock } = embedded;
  const users = makeUsers(items, clock);
  const found = await users.findByEmail(address.data);
  const user = found ?? (await users.create(address.data, newSecret()));
  const first = { userId: user.id, email: user.email, tier: 'basic', role: 'member', source: 'signup' } as const;
  await ensureEntitlement(items, { ...first, updatedMs: clock.nowMs() });
  // Written before the link exists: no link without its entry.
  const what = 'a link to set the password was made';
  await items.put(userDeedItem(clock, { userId: user.id, ...why, what, id: randomUUID() }), { kind: 'absent' });
  const query = new URLSearchParams({ token_hash: await users.startRecovery(user), type: 'recovery' });
  const url = `${await siteUrlOf(embedded)}/login/confirm?${query.toString()}`;
  return { userId: user.id, email: user.email, made: found === undefined, url };
}
