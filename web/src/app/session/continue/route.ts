import { z } from 'zod';
import { cookieName, fromCookie, readCookie, toCookie } from '../../../session/cookie.ts';
import { sessionOf } from '../../../session/current.ts';
import { endSession } from '../../../session/end-session.ts';
import { answer, refusal, sessionRoute } from '../../../session/route.ts';
import { isSecure } from '../../../session/where.ts';

export const dynamic = 'force-dynamic';

/** Makes the account that a mail's link opened the one that is signed in here; who was signed in before is signed out. */
export const POST = sessionRoute(z.strictObject({}), async (_input, { headers }, set) => {
  const pending = fromCookie(readCookie(headers.get('cookie'), cookieName('pending', isSecure(headers))));
  if (pending === null) return refusal(400, 'otp_expired', 'This link is used up or too old.');
  const before = sessionOf(headers);
  if (before !== null) await endSession(headers, before);
  return answer(200, {}, [set('session', toCookie(pending)), set('pending', null), set('view', null)]);
});
