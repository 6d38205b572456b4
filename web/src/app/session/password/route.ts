import { z } from 'zod';
import { currentSession } from '../../../session/current.ts';
import { endOtherSessions } from '../../../session/end-session.ts';
import { setPassword } from '../../../session/identity.ts';
import { answer, identityRefusal, refusal, sessionRoute } from '../../../session/route.ts';
import { viewOf } from '../../../session/view.ts';

export const dynamic = 'force-dynamic';

/** A new password for who is signed in here. Every other session ends: whoever knew the old one is out. */
export const POST = sessionRoute(
  z.strictObject({ password: z.string().max(200) }),
  async ({ password }, { headers }) => {
    // It would be the admin's own, whatever the page around it looks like.
    if (viewOf(headers) !== null)
      return refusal(403, 'in_a_view', 'While you look as a member nothing can be changed. Stop looking first.');
    const { session, setCookie } = await currentSession(headers);
    const cookies = setCookie === null ? [] : [setCookie];
    if (session === null) return refusal(400, 'session_not_found', 'Nobody is signed in here.');
    const found = await setPassword(headers, session, password);
    if (found.kind !== 'ok') return identityRefusal(found);
    if (!(await endOtherSessions(headers, session)))
      return answer(
        502,
        { code: 'others_stay', message: 'The password is set, but the other sessions could not be ended. Try again.' },
        cookies,
      );
    return answer(200, {}, cookies);
  },
);
