import { viewerOf } from '../session/viewer.ts';

/**
 * The identity provider limits by address what costs mail or guesses passwords, and the site's few addresses stand for everyone
 * who signs in through it. With a secret key Supabase takes the person's address from Sb-Forwarded-For instead.
 */
const LIMITED_PATHS = new Set(['/auth/v1/token', '/auth/v1/signup', '/auth/v1/recover', '/auth/v1/verify']);

/**
 * Puts the person's address and the secret key on a request to the identity provider. Without a key, or an address that the front of
 * this site vouches for, nothing changes.
 *
 * The key may administer every account, so it goes with these paths alone and never with one that a browser names.
 */
export function forwardAddress(pathname: string, from: Headers, to: Headers, secretKey: string | undefined): void {
  const address = viewerOf(from);
  if (secretKey === undefined || secretKey === '' || address === undefined || !LIMITED_PATHS.has(pathname)) return;
  const ownKey = to.get('apikey');
  to.set('sb-forwarded-for', address);
  to.set('apikey', secretKey);
  // A person's own token stays; the public key said twice is no person.
  if (to.get('authorization') === `Bearer ${ownKey ?? ''}`) to.delete('authorization');
}
