import 'server-only';
import { cameThroughDoor, sayViewer } from '../session/viewer.ts';

/**
 * The one way from this server to the product's own servers: every request says whose it is. Without that all who come through the
 * site share the limits of one address. Nobody is asked for a request that came past the site's front: the proxy refuses those before
 * a page is made, and a path that it does not recognise ends here. No redirect is followed unless a caller says so: the proof would go along.
 *
 * @throws Error where the request came past the front
 */
export async function fetchFor(
  from: Headers,
  url: URL,
  init: RequestInit & { readonly headers: Headers },
): Promise<Response> {
  if (!cameThroughDoor(from)) throw new Error('a request that came past the front of this site asks nothing');
  sayViewer(from, init.headers, url);
  return fetch(url, { redirect: 'error', ...init, cache: 'no-store' });
}
