import { z } from 'zod';
import { signUp } from '../../../session/identity.ts';
import { answer, identityRefusal, sessionRoute } from '../../../session/route.ts';

export const dynamic = 'force-dynamic';

const Input = z.strictObject({ email: z.string().max(254), password: z.string().max(200) });

/** Whatever comes back signs nobody in: the account opens by the link in the mail. */
export const POST = sessionRoute(Input, async ({ email, password }, { headers }) => {
  const found = await signUp(headers, email, password);
  return found.kind === 'ok' ? answer(200, {}) : identityRefusal(found);
});
