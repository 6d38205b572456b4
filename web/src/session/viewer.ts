import { apiUrl } from '../data/api-url.ts';

/**
 * The address of the person who asks. What stands in front of the site puts it on every request, in place of whatever a stranger sent:
 * on one machine the door of `src/server`, on AWS the function at the edge (`infra/resources/edge.ts`).
 */
export const VIEWER_HEADER = 'x-aion-viewer';
/** The secret that this front shares with the site and the API: proof that the request came through it. */
export const PROOF_HEADER = 'x-aion-door';

const secret = (): string => process.env['AION_DOOR_SECRET'] ?? '';

/**
 * Whether a request came through the front of this site. Only `next dev` on one's own machine has none: a built site that was given no
 * secret answers nobody.
 */
export function cameThroughDoor(headers: Headers): boolean {
  const expected = secret();
  if (expected === '') return process.env.NODE_ENV !== 'production';
  return isSame(headers.get(PROOF_HEADER) ?? '', expected);
}

/** The address that the front of this site vouches for. */
export const viewerOf = (headers: Headers): string | undefined =>
  secret() !== '' && cameThroughDoor(headers) ? (headers.get(VIEWER_HEADER) ?? undefined) : undefined;

/** Tells the product's own API whose request this is. Nobody else is sent the secret: the identity provider may be a vendor's. */
export function sayViewer(from: Headers, to: Headers, url: URL): void {
  const viewer = viewerOf(from);
  if (viewer === undefined || url.origin !== new URL(apiUrl()).origin) return;
  to.set(VIEWER_HEADER, viewer);
  to.set(PROOF_HEADER, secret());
}

/** In the same time wherever two texts differ. Without `node:crypto`, which is not there wherever the proxy may run. */
function isSame(one: string, other: string): boolean {
  let differs = one.length ^ other.length;
  for (let i = 0; i < one.length; i++) differs |= one.charCodeAt(i) ^ other.charCodeAt(i % (other.length || 1));
  return differs === 0;
}
