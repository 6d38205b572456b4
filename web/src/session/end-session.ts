import 'server-only';
import { logFailure } from '../data/server-log.ts';
import { askApi } from './ask-api.ts';
import type { Session } from './cookie.ts';
import { signOut } from './identity.ts';

/** Ends a session: its token at the API, which would take it until it expires, and what renews it at the identity provider. */
export async function endSession(from: Headers, session: Session): Promise<void> {
  await endAtApi(from, session, 'local');
  const ended = await signOut(from, session);
  if (ended.kind === 'failed') logFailure('sign_out_failed', { at: 'the identity provider' });
}

/** Ends every session of the user but this one, at the API. False when that is not certain. */
export const endOtherSessions = (from: Headers, session: Session): Promise<boolean> =>
  endAtApi(from, session, 'others');

async function endAtApi(from: Headers, session: Session, scope: 'local' | 'others'): Promise<boolean> {
  const answered = await askApi(from, session, '/v1/session/end', { scope });
  if (answered.kind === 'ok') return true;
  // 401: it has ended already.
  return answered.kind === 'problem' && answered.problem.status === 401;
}
