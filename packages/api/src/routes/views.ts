import { createRoute } from '@hono/zod-openapi';
import { beginView, endView, findUser } from '@aion/accounts';
import { BeganView, BeginView, EndView } from '@aion/contracts';
import { toIso } from '@aion/core';
import { adminOnly } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { jsonOf, problems, type Api } from '../openapi.ts';

export function addViewRoutes(app: Api, deps: ApiDeps): void {
  const { items, clock, newSecret } = deps;
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/admin/views',
      tags: ['admin'],
      middleware: adminOnly,
      summary: 'Look as a member, read-only and for a while; kept in the audit with the reason',
      request: { body: { required: true, content: { 'application/json': { schema: BeginView } } } },
      responses: { 200: jsonOf(BeganView, 'What to send as x-aion-view'), ...problems },
    }),
    async (c) => {
      const { email, reason, minutes } = c.req.valid('json');
      const user = await findUser(items, { email: email.toLowerCase() });
      const asked = { user, reason, minutes };
      const { secret, view } = await beginView(items, clock, newSecret, c.get('session'), asked);
      return c.json({ view: secret, email: user.email, endsAt: toIso(view.untilMs) }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/admin/views/end',
      tags: ['admin'],
      middleware: adminOnly,
      summary: 'Stop looking as a member',
      request: { body: { required: true, content: { 'application/json': { schema: EndView } } } },
      responses: { 204: { description: 'It is over' }, ...problems },
    }),
    async (c) => {
      await endView(items, clock, c.req.valid('json').view, c.get('session'));
      return c.body(null, 204);
    },
  );
}
