import { createRoute, z } from '@hono/zod-openapi';
import { Run, RunPage, RunStarted, StartRun } from '@aion/contracts';
import { AppError } from '@aion/core';
import { listRuns, loadRun } from '@aion/pipeline';
import { jsonOf, problems, type Api } from '../openapi.ts';
import { actorOf, adminOnly } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { IdempotencyHeader, once } from '../idempotency.ts';
import { toRunDto } from './runs-dto.ts';

const RunId = z.string().regex(/^[A-Za-z0-9-]{3,80}$/);

export function addPipelineRoutes(app: Api, deps: ApiDeps): void {
  for (const kind of ['daily', 'hourly'] as const) {
    app.openapi(
      createRoute({
        method: 'post',
        path: `/v1/pipeline/run-${kind}`,
        tags: ['pipeline'],
        middleware: adminOnly,
        summary: `Start a ${kind} run (admin)`,
        request: {
          headers: IdempotencyHeader,
          body: { content: { 'application/json': { schema: StartRun } } },
        },
        responses: { 202: jsonOf(RunStarted, 'The run'), ...problems },
      }),
      async (c) => {
        const body = c.req.valid('json');
        const answer = await once(deps, c, body, () =>
          deps.startRun({
            kind,
            actor: actorOf(c),
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
      middleware: adminOnly,
      summary: 'Run again; finished stages are kept (admin)',
      request: { headers: IdempotencyHeader, params: z.object({ id: RunId }) },
      responses: { 202: jsonOf(RunStarted, 'The run'), ...problems },
    }),
    async (c) => {
      const actor = actorOf(c);
      const { id } = c.req.valid('param');
      const { run } = await loadRun(deps.items, id);
      const request = { kind: run.kind, sessionDate: run.sessionDate, retryOf: id };
      const answer = await once(deps, c, { ...request, actor }, async () => {
        const started = await deps.startRun({ ...request, actor });
        // Only the host knows whether the process of a run that says "running" still lives.
        if (started.alreadyRunning) {
          throw new AppError('conflict', `run ${started.runId} is under way; retry ${id} when it has ended`);
        }
        return started;
      });
      return c.json(answer, 202);
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
      return c.json({ runs: runs.map((run) => toRunDto(run, c.get('caller'))), nextCursor: next ?? null }, 200);
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
    async (c) => c.json(toRunDto(await loadRun(deps.items, c.req.valid('param').id), c.get('caller')), 200),
  );
}
