import { z } from 'zod';
import { askApi } from '../../../session/ask-api.ts';
import { currentSession } from '../../../session/current.ts';
import { answer, sessionRoute } from '../../../session/route.ts';
import { viewOf } from '../../../session/view.ts';

export const dynamic = 'force-dynamic';

/** Stops looking as a member: at the API, whose audit has the time, and here whatever it says. */
export const POST = sessionRoute(z.strictObject({}), async (_input, { headers }, set) => {
  const { session, setCookie } = await currentSession(headers);
  const view = viewOf(headers);
  if (session !== null && view !== null) await askApi(headers, session, '/v1/admin/views/end', { view });
  return answer(200, {}, [...(setCookie === null ? [] : [setCookie]), set('view', null)]);
});
