import 'server-only';
import { cookieName, fromCookie, readCookie, setCookie, toCookie, type Session } from './cookie.ts';
import { renew } from './identity.ts';
import { isSecure } from './where.ts';

/** Renewed when so little is left, so that it does not end on the way. */
const SOON_S = 60;

export interface CurrentSession {
  readonly session: Session | null;
  /** What the browser must be told: a renewed session, or that there is none any more. */
  readonly setCookie: string | null;
}

export function sessionOf(headers: Headers): Session | null {
  return fromCookie(readCookie(headers.get('cookie'), cookieName('session', isSecure(headers))));
}

/** The session of a request, renewed where it is about to end. One that cannot be renewed just now is kept: the API will say. */
export async function currentSession(headers: Headers): Promise<CurrentSession> {
  const session = sessionOf(headers);
  if (session === null || session.expiresAtS - Date.now() / 1000 > SOON_S) return { session, setCookie: null };
  const renewed = await renew(headers, session);
  if (renewed.kind === 'failed' || (renewed.kind === 'refused' && renewed.status === 429))
    return { session, setCookie: null };
  const next = renewed.kind === 'ok' ? renewed.value.session : null;
  return { session: next, setCookie: setCookie('session', next === null ? null : toCookie(next), isSecure(headers)) };
}
