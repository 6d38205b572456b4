import { BeganView, BeginView } from '@aion/contracts';
import { askApi } from '../../../session/ask-api.ts';
import { currentSession } from '../../../session/current.ts';
import { answer, refusal, sessionRoute } from '../../../session/route.ts';

export const dynamic = 'force-dynamic';

/** Begins to look as a member. What shows it is in a cookie that no script reads; the API decides who may. */
export const POST = sessionRoute(BeginView, async (asked, { headers }, set) => {
  const { session, setCookie } = await currentSession(headers);
  const renewed = setCookie === null ? [] : [setCookie];
  if (session === null) return refusal(401, 'session_not_found', 'Nobody is signed in here.');
  const answered = await askApi(headers, session, '/v1/admin/views', asked);
  if (answered.kind === 'failed') return refusal(502, 'unavailable', 'The API does not answer. Try again.');
  if (answered.kind === 'problem')
    return refusal(answered.problem.status, answered.problem.code, answered.problem.detail);
  const { view, email } = BeganView.parse(answered.value);
  return answer(200, { email }, [...renewed, set('view', view)]);
});
