import { createRoute, z } from '@hono/zod-openapi';
import { ImportReport, OutboxPage, QuarantinePage } from '@aion/contracts';
import { AppError, requireFlag, sha256Hex } from '@aion/core';
import { jsonOf, problems, type Api } from '../openapi.ts';
import { limitBody } from '../body-limit.ts';
import { adminOnly } from '../caller.ts';
import { MAX_UPLOAD_BYTES, type ApiDeps } from '../deps.ts';
import { IdempotencyHeader, once } from '../idempotency.ts';

const FileName = z
  .string()
  .regex(/^[\w][\w .()-]{0,120}\.(csv|csv\.gz|zip)$/i, 'expected a file name that ends in .csv, .csv.gz or .zip');
const paging = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});

export function addAdminRoutes(app: Api, deps: ApiDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/admin/quarantine',
      tags: ['admin'],
      middleware: adminOnly,
      summary: 'Rows that could not be used, with reason and remedy',
      request: { query: paging.extend({ code: z.string().max(40).optional() }) },
      responses: { 200: jsonOf(QuarantinePage, 'The rows'), ...problems },
    }),
    async (c) => {
      const { limit, cursor, code } = c.req.valid('query');
      return c.json(
        await deps.listQuarantine({
          limit,
          ...(cursor === undefined ? {} : { after: cursor }),
          ...(code === undefined ? {} : { code }),
        }),
        200,
      );
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/admin/bhavcopy',
      tags: ['admin'],
      middleware: [adminOnly, limitBody(MAX_UPLOAD_BYTES)] as const,
      summary: 'Upload a bhavcopy or CSV; the body is the file',
      request: {
        headers: IdempotencyHeader,
        query: z.object({ name: FileName, replace: z.stringbool().default(false) }),
        body: { content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } },
      },
      responses: { 200: jsonOf(ImportReport, 'What became of the file'), ...problems },
    }),
    async (c) => {
      const bytes = new Uint8Array(await c.req.arrayBuffer());
      if (bytes.length === 0) throw new AppError('bad_input', 'the body is empty; send the file as the body');
      const { name, replace } = c.req.valid('query');
      await requireFlag(deps.items, 'uploads');
      const request = { name, replace, sha256: sha256Hex(bytes) };
      return c.json(await once(deps, c, request, () => deps.importUpload(name, bytes, { replace })), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/admin/outbox',
      tags: ['admin'],
      middleware: adminOnly,
      summary: 'Notices that this machine would have sent',
      request: { query: paging },
      responses: { 200: jsonOf(OutboxPage, 'The messages'), ...problems },
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query');
      return c.json(await deps.listOutbox({ limit, ...(cursor === undefined ? {} : { after: cursor }) }), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/metrics',
      tags: ['operation'],
      middleware: adminOnly,
      summary: 'Metrics as Prometheus text (admin)',
      responses: { 200: { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } }, ...problems },
    }),
    async (c) => c.text(await deps.metricsText(), 200, { 'content-type': 'text/plain; version=0.0.4' }),
  );
}
