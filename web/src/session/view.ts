import { cookieName, readCookie } from './cookie.ts';
import { isSecure } from './where.ts';

const VIEW_HEADER = 'x-aion-view';

/** The view that a request is made in: an administrator looking as a member. Null where none is. */
export const viewOf = (headers: Headers): string | null =>
  readCookie(headers.get('cookie'), cookieName('view', isSecure(headers))) || null;

/** Puts the view on a request to the API, which alone decides what it shows. */
export function sayView(from: Headers, to: Headers): void {
  const view = viewOf(from);
  if (view !== null) to.set(VIEW_HEADER, view);
}
