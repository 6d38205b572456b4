import { createRoute } from '@hono/zod-openapi';
import { issueOnce } from '@aion/accounts';
import { EndSession, LiveTicket } from '@aion/contracts';
import { toIso } from '@aion/core';
import type { Callers } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { jsonOf, problems, type Api } from '../openapi.ts';

const TICKET_SECONDS = 30;

export function addSessionRoutes(app: Api, deps: ApiDeps, callers: Callers): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/session/end',
      tags: ['account'],
      summary: 'Ends this session, the others, or all: their tokens are refused from now on',
      request: { body: { required: true, content: { 'application/json': { schema: EndSession } } } },
      responses: { 204: { description: 'They have ended' }, ...problems },
    }),
    async (c) => {
      const session = c.get('session');
      await deps.endSessions(session, c.req.valid('json').scope);
      callers.forget(session);
      return c.body(null, 204);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/live/ticket',
      tags: ['live'],
      summary: 'A ticket for the first message of a live socket: it works once, within half a minute',
      responses: { 200: jsonOf(LiveTicket, 'The ticket'), ...problems },
    }),
    async (c) => {
      const given = { kind: 'live-ticket', seconds: TICKET_SECONDS, body: { ...c.get('session') } } as const;
      const { secret, expiresMs } = await issueOnce(deps.items, deps.clock, deps.newSecret, given);
      return c.json({ ticket: secret, expiresAt: toIso(expiresMs) }, 200);
    },
  );
}
