import { z } from 'zod';
import { signUp } from '../../../session/identity.ts';
import { answer, identityRefusal, sessionRoute } from '../../../session/route.ts';

export const dynamic = 'force-dynamic';

const Input = z.strictObject({ email: z.string().max(254) });

/**
 * Whatever comes back signs nobody in: the account opens by the link in the mail, and who follows it sets the password. One that was
 * chosen here would let in whoever signs up with the address of somebody else.
 */
export const POST = sessionRoute(Input, async ({ email }, { headers }) => {
  const found = await signUp(headers, email);
  return found.kind === 'ok' ? answer(200, {}) : identityRefusal(found);
});
