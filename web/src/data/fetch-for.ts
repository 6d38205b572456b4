import 'server-only';
import { sayViewer } from '../session/viewer.ts';

/**
 * The one way from this server to the product's own servers: every request says whose it is. Without that all who come through the
 * site share the limits of one address, and a stranger's flood takes every member's pages down.
 */
export function fetchFor(
  from: Headers,
  url: URL,
  init: RequestInit & { readonly headers: Headers },
): Promise<Response> {
  sayViewer(from, init.headers, url);
  return fetch(url, { ...init, cache: 'no-store' });
}
