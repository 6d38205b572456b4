import { Credentials, makeUsers, type User } from '@aion/adapters/gotrue/users';
import { newSecret } from '@aion/adapters/plumbing/secret';
import { AppError, bodyOf, type StoredForm } from '@aion/core';
import { makeUserLink, type UserLinkRequest } from '@aion/jobs/users';
import { z } from 'zod';
import type { Embedded } from '../compose-embedded.ts';
import { reachedAt } from '../server/hosts.ts';

const siteKey = { table: 'product', pk: 'SITE', sk: 'URL' } as const;
const Site = z.strictObject({ url: z.string() });
const SITE: StoredForm<z.infer<typeof Site>> = {
  what: 'address of the site',
  v: 1,
  schema: Site,
  advice: 'start the product again',
};

/** Keeps where the site was served last, for links that are made while another process serves it. */
export async function keepSiteUrl({ items }: Embedded, url: string): Promise<void> {
  await items.put({ ...siteKey, v: SITE.v, body: { url } });
}

/** Where links to the site lead: the address that its readers know, or where it was served last. */
async function siteUrlOf({ items, loaded }: Embedded): Promise<string> {
  const { siteUrl, host, webPort } = loaded.config;
  if (siteUrl !== '') return siteUrl.replace(/\/$/, '');
  return bodyOf(await items.get(siteKey), SITE)?.url ?? `http://${reachedAt(host)}:${webPort}`;
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
