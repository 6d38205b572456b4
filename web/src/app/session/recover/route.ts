import { z } from 'zod';
import { recover } from '../../../session/identity.ts';
import { answer, identityRefusal, sessionRoute } from '../../../session/route.ts';

export const dynamic = 'force-dynamic';

export const POST = sessionRoute(z.strictObject({ email: z.string().max(254) }), async ({ email }, { headers }) => {
  const found = await recover(headers, email);
  return found.kind === 'ok' ? answer(200, {}) : identityRefusal(found);
});
