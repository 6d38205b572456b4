import { z } from 'zod';
import { emailOf, toCookie } from '../../../session/cookie.ts';
import { sessionOf } from '../../../session/current.ts';
import { verify } from '../../../session/identity.ts';
import { answer, identityRefusal, sessionRoute } from '../../../session/route.ts';

export const dynamic = 'force-dynamic';

const Input = z.strictObject({ type: z.enum(['recovery', 'signup']), tokenHash: z.string().min(1).max(200) });

/** Uses a mail's link up. What it opens signs nobody in yet: the page says whose account it is, and waits for a second press. */
export const POST = sessionRoute(Input, async ({ type, tokenHash }, { headers }, set) => {
  const found = await verify(headers, type, tokenHash);
  if (found.kind !== 'ok') return identityRefusal(found);
  const { email, session } = found.value;
  const now = sessionOf(headers);
  return answer(200, { email, signedInAs: now === null ? null : emailOf(now) }, [set('pending', toCookie(session))]);
});
