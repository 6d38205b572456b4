import { createRoute } from '@hono/zod-openapi';
import { KillState, SetKill } from '@aion/contracts';
import { toIso } from '@aion/core';
import { KILL_EFFECT, type KillReading } from '@aion/trading';
import { jsonOf, problems, type Api } from '../openapi.ts';
import { adminOnly } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { IdempotencyHeader, once } from '../idempotency.ts';

/** What cannot be read counts as on, and says so: `known` is then false. */
const toDto = (kill: KillReading): KillState => ({
  active: kill.active,
  known: kill.known,
  scope: 'global',
  reason: kill.reason,
  by: kill.by,
  at: kill.atMs === null ? null : toIso(kill.atMs),
  effect: KILL_EFFECT,
});

export function addKillRoutes(app: Api, deps: ApiDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/kill',
      tags: ['trading'],
      summary: 'The state of the kill switch',
      responses: { 200: jsonOf(KillState, 'The state'), ...problems },
    }),
    async (c) => {
      const state = toDto(await deps.kill.read());
      // Who did it is the operator's business.
      return c.json(c.get('caller').capabilities.admin ? state : { ...state, by: null }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/kill',
      tags: ['trading'],
      middleware: adminOnly,
      summary: 'Turn the kill switch on or off (admin)',
      request: {
        headers: IdempotencyHeader,
        // Required: without it a request that has no body at all would pass the schema by.
        body: { required: true, content: { 'application/json': { schema: SetKill } } },
      },
      responses: { 200: jsonOf(KillState, 'The state'), ...problems },
    }),
    async (c) => {
      const change = { ...c.req.valid('json'), by: c.get('caller').email };
      const state = await once(deps, c, change, async () => toDto(await deps.kill.set(change)));
      return c.json(state, 200);
    },
  );
}
