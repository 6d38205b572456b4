import { z } from 'zod';
import { cookieName, fromCookie, readCookie } from '../../../session/cookie.ts';
import { endSession } from '../../../session/end-session.ts';
import { answer, refusal, sessionRoute } from '../../../session/route.ts';
import { isSecure } from '../../../session/where.ts';

export const dynamic = 'force-dynamic';

/** Ends the session that a mail's link opened: whoever used the link says that the account is not theirs. Who is signed in here stays. */
export const POST = sessionRoute(z.strictObject({}), async (_input, { headers }, set) => {
  const pending = fromCookie(readCookie(headers.get('cookie'), cookieName('pending', isSecure(headers))));
  if (pending === null || (await endSession(headers, pending))) return answer(200, {}, [set('pending', null)]);
  return refusal(502, 'session_stays', 'The session of the link could not be ended. Try again.');
});
