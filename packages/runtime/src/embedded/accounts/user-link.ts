import { Credentials, makeUsers, type User } from '@aion/adapters/gotrue/users';
import { newSecret } from '@aion/adapters/plumbing/secret';
import { AppError } from '@aion/core';
import { makeUserLink, type UserLinkRequest } from '@aion/jobs/users';
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
export async function linkForUser(
  embedded: Embedded,
  { email, ...asked }: UserLinkRequest,
): Promise<{ userId: string; email: string; made: boolean; url: string }> {
  const address = Credentials.shape.email.safeParse(email);
  if (!address.success) throw new AppError('bad_input', `"${email}" is no mail address`);
  const accounts = { ...makeUsers(embedded.items, embedded.clock), newSecret };
  const { secret, ...user } = await makeUserLink<User>(embedded, accounts, { ...asked, email: address.data });
  const query = new URLSearchParams({ token_hash: secret, type: 'recovery' });
  return { ...user, url: `${await siteUrlOf(embedded)}/login/confirm?${query.toString()}` };
}
