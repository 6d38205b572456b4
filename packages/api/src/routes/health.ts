import { createRoute, z } from '@hono/zod-openapi';
import { Health, HealthDetails } from '@aion/contracts';
import { jsonOf, problems, type Api } from '../openapi.ts';
import { adminOnly } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';

/** Whoever asks learns which parts work, and no more: names of parts, no files, hosts or people. */
export function addHealthRoutes(app: Api, deps: ApiDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/health',
      tags: ['operation'],
      summary: 'Whether every part of the product works; 503 while one does not',
      responses: { 200: jsonOf(Health, 'Every part works'), 503: jsonOf(Health, 'A part does not') },
    }),
    async (c) => {
      const found = await look(deps);
      const checks = found.checks.map(({ name, ok }) => ({ name, ok }));
      return c.json({ ...found, checks }, found.status === 'ok' ? 200 : 503);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/health/live',
      tags: ['operation'],
      summary: 'Whether this process answers, whatever else does not work: for what restarts it',
      responses: { 200: jsonOf(z.strictObject({ status: z.literal('ok') }), 'It answers') },
    }),
    (c) => c.json({ status: 'ok' as const }, 200),
  );
}

/** Behind the check of the caller. */
export function addHealthDetails(app: Api, deps: ApiDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/admin/health',
      tags: ['admin'],
      middleware: adminOnly,
      summary: 'Each part of the product, with what was found',
      responses: {
        200: jsonOf(HealthDetails, 'Every part works'),
        503: jsonOf(HealthDetails, 'A part does not'),
        ...problems,
      },
    }),
    async (c) => {
      const found = await look(deps);
      return c.json(found, found.status === 'ok' ? 200 : 503);
    },
  );
}

async function look({ healthChecks, version, mode }: ApiDeps): Promise<HealthDetails> {
  const checks = await healthChecks();
  const status = checks.every(({ ok }) => ok) ? 'ok' : 'degraded';
  return { status, version, mode, checks: [...checks] };
}
