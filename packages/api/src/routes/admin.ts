import { createRoute, z } from '@hono/zod-openapi';
import { ImportList, ImportReport, OutboxPage, QuarantinePage } from '@aion/contracts';
import { AppError } from '@aion/core';
import { BAR_MINUTES, STAMPS, statedBars } from '@aion/market';
import { requireFlag } from '@aion/trading';
import { jsonOf, problems, type Api } from '../openapi.ts';
import { actorOf, adminOnly } from '../caller.ts';
import { MAX_UPLOAD_BYTES, type ApiDeps } from '../deps.ts';
import { IdempotencyHeader, once } from '../idempotency.ts';

const FileName = z
  .string()
  .regex(/^[\w][\w .()-]{0,120}\.(csv|csv\.gz|zip)$/i, 'expected a file name that ends in .csv, .csv.gz or .zip');
/** What the sender of a file of intraday bars says of it, where its bars do not tell. */
const Stated = {
  barMinutes: z.coerce.number().pipe(z.literal(BAR_MINUTES)).optional(),
  stamps: z.enum(STAMPS).optional(),
};
const paging = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});

const empty = (): AppError => new AppError('bad_input', 'the body is empty; send the file as the body');
const tooLarge = (): AppError =>
  new AppError(
    'too_large',
    `the body is larger than the ${MAX_UPLOAD_BYTES / 1024 / 1024} MiB that this route takes; send less at once`,
  );

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
      middleware: adminOnly,
      summary: 'Upload a bhavcopy or CSV; the body is the file',
      request: {
        headers: IdempotencyHeader,
        query: z.object({ name: FileName, replace: z.stringbool().default(false), ...Stated }),
        body: { content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } },
      },
      responses: { 200: jsonOf(ImportReport, 'What became of the file'), ...problems },
    }),
    async (c) => {
      const { name, replace, barMinutes, stamps } = c.req.valid('query');
      const stated = statedBars({ barMinutes, stamps });
      const actor = actorOf(c);
      await requireFlag(deps.items, 'uploads');
      const declared = Number(c.req.header('content-length') ?? 0);
      if (declared > MAX_UPLOAD_BYTES) throw tooLarge();
      const { body } = c.req.raw;
      if (body === null) throw empty();
      const upload = await deps.receiveUpload(name, body, MAX_UPLOAD_BYTES);
      try {
        if (upload.bytes === 0) throw empty();
        const request = { name, replace, ...stated, sha256: upload.sha256 };
        return c.json(await once(deps, c, request, () => upload.import({ replace, actor, stated })), 200);
      } finally {
        await upload.discard();
      }
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/admin/imports',
      tags: ['admin'],
      middleware: adminOnly,
      summary: 'The newest uploads: where they are, or what became of them',
      responses: { 200: jsonOf(ImportList, 'The imports, newest first'), ...problems },
    }),
    async (c) => c.json({ imports: [...(await deps.listImports())] }, 200),
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
