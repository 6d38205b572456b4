import { createRoute, z } from '@hono/zod-openapi';
import { effectiveTier } from '@aion/accounts';
import { LatestSignals, SignalDetail, Tier } from '@aion/contracts';
import { AppError } from '@aion/core';
import { chartKeyOf, loadPublished, loadReadinessHistory } from '@aion/pipeline';
import { ChartSet, loadSignal, loadWhyNow, maySee, shapeDetail } from '@aion/signals';
import { jsonOf, problems, type Api } from '../openapi.ts';
import type { ApiDeps } from '../deps.ts';
import { DEFAULT_LIMIT, MAX_LIMIT, type makeLatestView } from '../latest-view.ts';
import { signalsCsv } from '@aion/signals';
import { sendCsv } from '../csv-answer.ts';
import { sendTagged } from '../tagged-answer.ts';

/** The charts of a signal. Throws AppError(corrupt) for stored ones that do not have their shape. */
async function readCharts(objects: ApiDeps['objects'], key: string): Promise<ChartSet> {
  const parsed = ChartSet.safeParse(JSON.parse(new TextDecoder().decode(await objects.get(key))));
  if (parsed.success) return parsed.data;
  throw new AppError('corrupt', `the charts ${key} do not have their shape; run the session again`, {
    audience: 'operator',
  });
}

/** What is shown may lag by moments. */
const SHOWN = { eventual: true } as const;
const SignalId = z.string().regex(/^[a-z2-7]{8,32}$/);

export function addSignalRoutes(app: Api, deps: ApiDeps, latest: ReturnType<typeof makeLatestView>): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/signals/latest',
      tags: ['signals'],
      summary: 'The signals of the latest published run, as the caller’s tier may see them',
      request: {
        query: z.object({
          limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
          cursor: z.string().max(100).optional(),
          tier: Tier.optional().openapi({ description: 'May only lower what the caller sees' }),
        }),
      },
      responses: { 200: jsonOf(LatestSignals, 'The list'), 304: { description: 'Unchanged' }, ...problems },
    }),
    async (c) => {
      const { limit, cursor, tier } = c.req.valid('query');
      const page = await latest.page(effectiveTier(c.get('caller').tier, tier), limit, cursor);
      return sendTagged(c, page);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/signals/export.csv',
      tags: ['signals'],
      summary: 'The list as CSV (pro and elite)',
      responses: { 200: { description: 'CSV', content: { 'text/csv': { schema: z.string() } } }, ...problems },
    }),
    async (c) => {
      const { tier, capabilities } = c.get('caller');
      if (!capabilities.exportCsv) throw new AppError('forbidden', 'CSV export is part of pro and elite');
      const list = await latest.whole(tier);
      const name = `aion-${list.exchange}-${list.sessionDate}-r${list.revision}.csv`;
      return sendCsv(c, name, signalsCsv(list, deps.calendar.timeZone));
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/signals/{id}',
      tags: ['signals'],
      summary: 'One signal with its charts, why and history',
      request: { params: z.object({ id: z.string().max(64) }) },
      responses: { 200: jsonOf(SignalDetail, 'The signal'), ...problems },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { tier } = c.get('caller');
      const entry = SignalId.safeParse(id).success ? await loadSignal(deps.items, id) : undefined;
      // The same answer for a signal that does not exist and for one that the tier may not see.
      if (entry === undefined || !maySee(entry, tier)) throw new AppError('not_found', 'there is no such signal');
      const published = await loadPublished(deps.items, deps.exchange, entry.signal.sessionDate, entry.revision, SHOWN);
      // Stored before its run's commit point: not published yet.
      if (published === undefined) throw new AppError('not_found', 'there is no such signal');
      const unfit = entry.signal.standing === 'stub' || entry.signal.simulated;
      if (deps.mode === 'prod' && unfit) throw new AppError('not_found', 'there is no such signal');
      const chartKey = await chartKeyOf(deps.objects, published, id);
      const charts =
        chartKey === undefined ? { charts: {}, missingTimeframes: [] } : await readCharts(deps.objects, chartKey);
      const [readiness, whyNow] = await Promise.all([
        loadReadinessHistory(deps.items, id, SHOWN),
        loadWhyNow(deps.items, id, SHOWN),
      ]);
      return c.json(shapeDetail(entry, tier, charts, readiness, whyNow), 200, { 'cache-control': 'private, no-cache' });
    },
  );
}
