import { createRoute, OpenAPIHono, type z } from '@hono/zod-openapi';
import { secureHeaders } from 'hono/secure-headers';
import { DemoLogins, FirstAdmin, MarketStatus, Me, OpenDemo } from '@aion/contracts';
import { AppError, withOperatorErrors } from '@aion/core';
import { makeCallers, type ApiEnv } from './caller.ts';
import { correlate } from './correlation.ts';
import type { ApiDeps } from './deps.ts';
import { makeLatestView } from './latest-view.ts';
import { describeMarketStatus } from './market-status.ts';
import { limitBody } from './body-limit.ts';
import { jsonOf, problems, type Api } from './openapi.ts';
import { invalidRequest, sendProblem, toProblem } from './problem.ts';
import { makeRateLimits, type RateLimiters } from './rate-limit.ts';
import { addAdminRoutes } from './routes/admin.ts';
import { addQualityRoutes } from './routes/quality.ts';
import { addHealthDetails, addHealthRoutes } from './routes/health.ts';
import { addKillRoutes } from './routes/kill.ts';
import { addPipelineRoutes } from './routes/pipeline.ts';
import { addScannerRoutes } from './routes/scanner.ts';
import { addSessionRoutes } from './routes/sessions.ts';
import { addViewRoutes } from './routes/views.ts';
import { addSignalRoutes } from './routes/signals.ts';

/**
 * The HTTP API under /v1. The schemas that type and validate it are those that `/v1/openapi.json` shows. `limits` outlive this
 * API where a host composes it anew. `addressIsCounted`: the host has put their `byAddress` before this and before all else that it serves.
 *
 * @example
 * const response = await createApi(deps).request('/v1/signals/latest', { headers: { authorization: `Bearer ${token}` } });
 */
export function createApi(
  given: ApiDeps,
  {
    limits = makeRateLimits(given),
    addressIsCounted = false,
  }: { limits?: RateLimiters; addressIsCounted?: boolean } = {},
): Api {
  // Whoever composed the ports: what they say when they fail is for the operator.
  const deps: ApiDeps = {
    ...given,
    items: withOperatorErrors(given.items),
    objects: withOperatorErrors(given.objects),
  };
  const jsonLimit = limitBody(64 * 1024);
  const app: Api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error.issues);
    },
  });
  app.onError((error, c) => {
    const place = { path: c.req.path, correlationId: c.get('correlationId') };
    return sendProblem(c, toProblem(error, place, deps.telemetry));
  });
  app.notFound((c) => {
    const place = { path: c.req.path, correlationId: c.get('correlationId') };
    const error = new AppError('not_found', `there is nothing at ${c.req.path}`);
    return sendProblem(c, toProblem(error, place, deps.telemetry));
  });
  app.use('*', correlate);
  app.use('*', secureHeaders({ crossOriginResourcePolicy: 'same-origin', strictTransportSecurity: false }));
  app.use('*', async (c, next) => {
    const startMs = performance.now();
    await next();
    deps.telemetry.duration('http', performance.now() - startMs, {
      method: c.req.method,
      status: String(c.res.status),
    });
    if (c.res.headers.get('cache-control') === null) c.header('cache-control', 'private, no-store');
  });
  const { byAddress, byCaller } = limits;
  if (!addressIsCounted) app.use('*', byAddress);
  // The upload has its own limit, behind the check that the caller may upload at all.
  app.use('*', async (c, next) => (c.req.path === '/v1/admin/bhavcopy' ? next() : jsonLimit(c, next)));

  addPublicRoutes(app, deps);
  const callers = makeCallers(deps);
  app.use('/v1/*', callers.require);
  app.use('/v1/*', byCaller);
  const latest = makeLatestView(deps);
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/me',
      tags: ['account'],
      summary: 'Who I am and what I may',
      responses: { 200: jsonOf(Me, 'The caller'), ...problems },
    }),
    (c) => {
      const { userId, email, tier, role, capabilities, viewing } = c.get('caller');
      return c.json({ userId, email, tier, role, capabilities, viewing: viewing ?? null }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/market/status',
      tags: ['market'],
      summary: 'Exchange state, data freshness and run state',
      responses: { 200: jsonOf(MarketStatus, 'The status'), ...problems },
    }),
    async (c) => {
      const caller = c.get('caller');
      const [badges, state] = await Promise.all([latest.badges(caller.tier), latest.state()]);
      return c.json(await describeMarketStatus(deps, caller, state, [...badges]), 200);
    },
  );
  addSessionRoutes(app, deps, callers);
  addSignalRoutes(app, deps, latest);
  addScannerRoutes(app, deps);
  addPipelineRoutes(app, deps);
  addKillRoutes(app, deps);
  addAdminRoutes(app, deps);
  addViewRoutes(app, deps);
  addQualityRoutes(app, deps);
  addHealthDetails(app, deps);
  return app;
}

function addPublicRoutes(app: Api, deps: ApiDeps): void {
  addHealthRoutes(app, deps);
  const jsonBody = <T extends z.ZodType>(schema: T) =>
    ({ required: true, content: { 'application/json': { schema } } }) as const;
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/demo/open',
      tags: ['account'],
      summary: 'The accounts of a demo, once, for the link that its start printed',
      request: { body: jsonBody(OpenDemo) },
      responses: { 200: jsonOf(DemoLogins, 'The demo accounts'), ...problems },
    }),
    async (c) => c.json(await deps.openDemo(c.req.valid('json')), 200),
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/first-admin',
      tags: ['account'],
      summary: 'Makes the first administrator of a home, once, for the link that its start printed',
      request: { body: jsonBody(FirstAdmin) },
      responses: { 204: { description: 'The account is there; sign in' }, ...problems },
    }),
    async (c) => {
      await deps.makeFirstAdmin(c.req.valid('json'));
      return c.body(null, 204);
    },
  );
  app.doc31('/v1/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Aion API',
      version: deps.version,
      description: 'Signals, runs and administration. Errors are RFC 9457 problem details.',
    },
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  });
}
