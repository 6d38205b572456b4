import { createRoute, z } from '@hono/zod-openapi';
import { Run, RunPage, RunStarted, StartRun } from '@aion/contracts';
import { AppError } from '@aion/core';
import { listRuns, loadRun } from '@aion/pipeline';
import { jsonOf, problems, type Api } from '../openapi.ts';
import { requireAdmin } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { toRunDto } from './runs-dto.ts';

const RunId = z.string().regex(/^[A-Za-z0-9-]{3,80}$/);

export function addPipelineRoutes(app: Api, deps: ApiDeps): void {
  for (const kind of ['daily', 'hourly'] as const) {
    app.openapi(
      createRoute({
        method: 'post',
        path: `/v1/pipeline/run-${kind}`,
        tags: ['pipeline'],
        summary: `Start a ${kind} run (admin)`,
        request: {
          headers: z.object({ 'idempotency-key': z.string().optional() }),
          body: { content: { 'application/json': { schema: StartRun } } },
        },
        responses: { 202: jsonOf(RunStarted, 'The run'), ...problems },
      }),
      async (c) => {
        const caller = requireAdmin(c);
        const body = c.req.valid('json');
        const answer = await once(deps, c, body, () =>
          deps.startRun({
            kind,
            triggeredBy: caller.email,
            ...(body.sessionDate === undefined ? {} : { sessionDate: body.sessionDate }),
          }),
        );
        return c.json(answer, 202);
      },
    );
  }
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/pipeline/runs/{id}/retry',
      tags: ['pipeline'],
      summary: 'Run again; finished stages are kept (admin)',
      request: { params: z.object({ id: RunId }) },
      responses: { 202: jsonOf(RunStarted, 'The run'), ...problems },
    }),
    async (c) => {
      const caller = requireAdmin(c);
      const { id } = c.req.valid('param');
      const { run } = await loadRun(deps.items, id);
      if (run.status === 'running') throw new AppError('conflict', `run ${id} is still running`);
      return c.json(
        await deps.startRun({ kind: run.kind, sessionDate: run.sessionDate, triggeredBy: caller.email, retryOf: id }),
        202,
      );
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/pipeline/runs',
      tags: ['pipeline'],
      summary: 'Runs, newest first',
      request: {
        query: z.object({
          limit: z.coerce.number().int().min(1).max(50).default(10),
          cursor: z.string().max(500).optional(),
        }),
      },
      responses: { 200: jsonOf(RunPage, 'The runs'), ...problems },
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const { runs, next } = await listRuns(
        deps.items,
        deps.exchange,
        cursor === undefined ? { limit } : { limit, after: cursor },
      );
      return c.json({ runs: runs.map(toRunDto), nextCursor: next ?? null }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/pipeline/runs/{id}',
      tags: ['pipeline'],
      summary: 'One run with its steps',
      request: { params: z.object({ id: RunId }) },
      responses: { 200: jsonOf(Run, 'The run'), ...problems },
    }),
    async (c) => c.json(toRunDto(await loadRun(deps.items, c.req.valid('param').id)), 200),
  );
}
