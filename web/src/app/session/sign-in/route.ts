import { z } from 'zod';
import { toCookie } from '../../../session/cookie.ts';
import { signIn } from '../../../session/identity.ts';
import { answer, identityRefusal, sessionRoute } from '../../../session/route.ts';

export const dynamic = 'force-dynamic';

const Input = z.strictObject({ email: z.string().max(254), password: z.string().max(200) });

export const POST = sessionRoute(Input, async ({ email, password }, { headers }, set) => {
  const found = await signIn(headers, email, password);
  if (found.kind !== 'ok') return identityRefusal(found);
  return answer(200, { email: found.value.email }, [
    set('session', toCookie(found.value.session)),
    set('pending', null),
    set('view', null),
  ]);
});
