import 'server-only';
import { apiUrl } from '../data/api-url.ts';
import { logFailure } from '../data/server-log.ts';
import type { Session } from './cookie.ts';
import { signOut } from './identity.ts';
import { sayViewer } from './viewer.ts';

const TIMEOUT_MS = 5000;

/** Ends a session: its token at the API, which would take it until it expires, and what renews it at the identity provider. */
export async function endSession(from: Headers, session: Session): Promise<void> {
  await endAtApi(from, session, 'local');
  const ended = await signOut(from, session);
  if (ended.kind === 'failed') logFailure('sign_out_failed', { at: 'the identity provider' });
}

/** Ends every session of the user but this one, at the API. False when that is not certain. */
export const endOtherSessions = (from: Headers, session: Session): Promise<boolean> =>
  endAtApi(from, session, 'others');

async function endAtApi(from: Headers, { accessToken }: Session, scope: 'local' | 'others'): Promise<boolean> {
  const headers = new Headers({ authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' });
  sayViewer(from, headers);
  try {
    const answer = await fetch(new URL('/v1/session/end', apiUrl()), {
      method: 'POST',
      headers,
      body: JSON.stringify({ scope }),
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // 401: it has ended already.
    if (answer.ok || answer.status === 401) return true;
    throw new Error(`the API answered ${answer.status}`);
  } catch (error) {
    logFailure('session_not_ended', { scope }, error);
    return false;
  }
}
