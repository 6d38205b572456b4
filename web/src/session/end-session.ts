import 'server-only';
import { logFailure } from '../data/server-log.ts';
import { askApi, type Answered } from './ask-api.ts';
import type { Session } from './cookie.ts';
import { renew, signOut, type Identity } from './identity.ts';

/**
 * Ends a session: its token at the API, which would take it until it expires, and what renews it at the identity provider. Neither
 * takes an expired token, so it is renewed first, whatever the cookie says of its time. False when it is not certain that it ended.
 */
export async function endSession(from: Headers, session: Session): Promise<boolean> {
  const renewed = await renew(from, session);
  const live = renewed.kind === 'ok' ? renewed.value.session : session;
  // A token that could not be renewed may be refused because it is too old, while its session lives on.
  const isJudged = renewed.kind === 'ok' || (renewed.kind === 'refused' && renewed.status === 400);
  const atApi = await askApi(from, live, '/v1/session/end', { scope: 'local' });
  const atProvider = await signOut(from, live);
  const ended =
    (atApi.kind === 'ok' || (isJudged && isUnknownAtApi(atApi))) &&
    (atProvider.kind === 'ok' || (isJudged && isUnknownAtProvider(atProvider)));
  if (!ended) logFailure('sign_out_failed', { renewal: renewed.kind, api: atApi.kind, provider: atProvider.kind });
  return ended;
}

/** Ends every session of the user but this one, at the API. False when that is not certain. */
export async function endOtherSessions(from: Headers, session: Session): Promise<boolean> {
  const answered = await askApi(from, session, '/v1/session/end', { scope: 'others' });
  return answered.kind === 'ok' || isUnknownAtApi(answered);
}

/** It has ended already. */
const isUnknownAtApi = (answered: Answered): boolean => answered.kind === 'problem' && answered.problem.status === 401;
const isUnknownAtProvider = (answered: Identity<unknown>): boolean =>
  answered.kind === 'refused' && [401, 403, 404].includes(answered.status);
