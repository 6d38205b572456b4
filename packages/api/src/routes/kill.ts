import { createRoute } from '@hono/zod-openapi';
import { KillState, SetKill } from '@aion/contracts';
import { AppError, toIso } from '@aion/core';
import { KILL_EFFECT, type KillReading } from '@aion/trading';
import { setKill } from '@aion/jobs/kill';
import { jsonOf, problems, type Api } from '../openapi.ts';
import { actorOf, adminOnly } from '../caller.ts';
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
      summary: 'The state of the kill switch (elite); who turned it and why (admin)',
      responses: { 200: jsonOf(KillState, 'The state'), ...problems },
    }),
    async (c) => {
      const { admin, automaticExecution } = c.get('caller').capabilities;
      // Whoever has no orders is not told of the switch that stops them.
      if (!admin && !automaticExecution) throw new AppError('not_found', `there is nothing at ${c.req.path}`);
      const state = toDto(await deps.kill.read());
      // Who did it, and why, is the operator's business.
      return c.json(admin ? state : { ...state, by: null, reason: null }, 200);
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
      const { active, reason, seenAt } = c.req.valid('json');
      const seenAtMs = typeof seenAt === 'string' ? Date.parse(seenAt) : seenAt;
      const decision = { active, why: reason, ...(seenAtMs === undefined ? {} : { seenAtMs }), actor: actorOf(c) };
      const set = async (): Promise<KillState> => toDto(await setKill(deps, decision));
      // Turning on again changes nothing, so it needs no record of its key, and must not wait for a table to write one.
      return c.json(active ? await set() : await once(deps, c, decision, set), 200);
    },
  );
}
