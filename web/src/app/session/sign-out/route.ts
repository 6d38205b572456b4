import { z } from 'zod';
import { sessionOf } from '../../../session/current.ts';
import { endSession } from '../../../session/end-session.ts';
import { answer, sessionRoute } from '../../../session/route.ts';

export const dynamic = 'force-dynamic';

/** Ends the session at the API and at the identity provider, and forgets it here whatever they say. */
export const POST = sessionRoute(z.strictObject({}), async (_input, { headers }, set) => {
  const session = sessionOf(headers);
  if (session !== null) await endSession(headers, session);
  return answer(200, {}, [set('session', null), set('pending', null), set('view', null)]);
});
