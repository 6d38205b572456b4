import { createRoute, z } from '@hono/zod-openapi';
import {
  ActionChange,
  ActionLog,
  QualityDecision,
  QualityAnswer,
  RowReview,
  RowReviewRequest,
  FreshnessList,
  JobList,
  SourceList,
  type QualityFinding,
} from '@aion/contracts';
import { fromEpochDay, SessionDate, toIso } from '@aion/core';
import {
  ISSUES,
  loadAccepted,
  loadActionLog,
  loadQualityReport,
  severityOf,
  withDisagreements,
  type ActionEntry,
  type IssueCode,
} from '@aion/market';
import { listDisagreements } from '@aion/market/sources';
import { changeAction } from '@aion/jobs/actions';
import { decideFinding } from '@aion/jobs/quality';
import { freshnessOf } from '@aion/jobs/health';
import { jobStatuses, type JobStatus } from '@aion/jobs/timetable';
import { actorOf, adminOnly } from '../caller.ts';
import type { ApiDeps } from '../deps.ts';
import { IdempotencyHeader, once } from '../idempotency.ts';
import { jsonOf, problems, type Api } from '../openapi.ts';

const Done = z.strictObject({ changed: z.boolean() });
const LOG_ENTRIES = 500;
const DISAGREEMENTS = 500;

/** Data quality: the report, and what people decide about findings, actions and quarantined rows. Admins only. */
export function addQualityRoutes(app: Api, deps: ApiDeps): void {
  const { exchange } = deps;
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/admin/quality',
      tags: ['admin'],
      middleware: adminOnly,
      summary: 'What the checks found in the bars, with scores by symbol and session',
      request: { query: z.object({ date: SessionDate.optional() }) },
      responses: {
        200: jsonOf(QualityAnswer, 'The report of that session, or the newest; null while no run has made one'),
        ...problems,
      },
    }),
    async (c) => {
      const { date } = c.req.valid('query');
      const report = await loadQualityReport(deps, exchange, date);
      const accepted = await acceptedFindings(deps);
      if (report === undefined) return c.json({ report: null, accepted }, 200);
      const disagreements = await listDisagreements(deps.items, exchange, DISAGREEMENTS);
      return c.json({ report: withDisagreements(report, disagreements), accepted }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/admin/quality/decisions',
      tags: ['admin'],
      middleware: adminOnly,
      summary: 'Accept a finding, so that it holds its symbol back no longer, or take that back',
      request: {
        headers: IdempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: QualityDecision } } },
      },
      responses: { 200: jsonOf(Done, 'Kept; the next run takes it into account'), ...problems },
    }),
    async (c) => {
      const decision = c.req.valid('json');
      const actor = actorOf(c);
      const done = await once(deps, c, decision, async () => {
        await decideFinding(deps, { ...decision, exchange, actor });
        return { changed: true };
      });
      return c.json(done, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/admin/actions',
      tags: ['admin'],
      middleware: adminOnly,
      summary: 'Every word on corporate actions, newest first',
      request: { query: z.object({ symbol: z.string().max(32).optional() }) },
      responses: { 200: jsonOf(ActionLog, 'The log'), ...problems },
    }),
    async (c) => {
      const { symbol } = c.req.valid('query');
      const log = await loadActionLog(deps, exchange);
      const own = symbol === undefined ? log : log.filter((entry) => entry.symbol === symbol.toUpperCase());
      return c.json({ entries: own.slice(-LOG_ENTRIES).toReversed().map(toLogEntry) }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/admin/actions',
      tags: ['admin'],
      middleware: adminOnly,
      summary: 'Write a corporate action down by hand, or take one out; the log keeps both',
      request: {
        headers: IdempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: ActionChange } } },
      },
      responses: { 200: jsonOf(Done, 'Whether the log changed'), ...problems },
    }),
    async (c) => {
      const change = c.req.valid('json');
      const actor = actorOf(c);
      const done = await once(deps, c, change, async () => {
        const { changed } = await changeAction(deps, { ...change, exchange, actor });
        return { changed };
      });
      return c.json(done, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/admin/quarantine/reviews',
      tags: ['admin'],
      middleware: adminOnly,
      summary: 'Release a quarantined row, with corrections, through the same checks, or dismiss it',
      request: {
        headers: IdempotencyHeader,
        body: { required: true, content: { 'application/json': { schema: RowReviewRequest } } },
      },
      responses: { 200: jsonOf(RowReview, 'The decision'), ...problems },
    }),
    async (c) => {
      const request = c.req.valid('json');
      const actor = actorOf(c);
      return c.json(await once(deps, c, request, () => deps.reviewRow({ ...request, actor })), 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/admin/sources',
      tags: ['admin'],
      middleware: adminOnly,
      summary: 'Sources of data: on or off, why, and what that costs',
      responses: { 200: jsonOf(SourceList, 'The sources'), ...problems },
    }),
    async (c) => c.json({ sources: [...(await deps.listSources())] }, 200),
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/admin/jobs',
      tags: ['admin'],
      middleware: adminOnly,
      summary: 'The jobs of the timetable: how each ended the last time, what it did, and when it comes next',
      responses: { 200: jsonOf(JobList, 'The jobs'), ...problems },
    }),
    async (c) => {
      const jobs = await jobStatuses(deps, exchange, await deps.activeJobs(), {
        wall: deps.clock,
        market: deps.marketClock,
      });
      return c.json({ jobs: jobs.map(toJobDto) }, 200);
    },
  );
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/admin/freshness',
      tags: ['admin'],
      middleware: adminOnly,
      summary: 'What the product lives on: how new each of it is, and what its absence costs',
      responses: { 200: jsonOf(FreshnessList, 'The list'), ...problems },
    }),
    async (c) => {
      const nowMs = deps.marketClock.nowMs();
      const found = await freshnessOf(deps, exchange, nowMs);
      const capabilities = found.map(({ newestMs, ...rest }) => ({ ...rest, newestAt: isoOrNull(newestMs) }));
      return c.json({ exchange, asOf: toIso(nowMs), capabilities }, 200);
    },
  );
}

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : toIso(ms));

const toJobDto = ({ job, succeededMs, nextMs, ...rest }: JobStatus): JobList['jobs'][number] => ({
  ...rest,
  name: job,
  succeededAt: isoOrNull(succeededMs),
  nextAt: isoOrNull(nextMs),
});

/** What was accepted and not taken back, newest last. */
async function acceptedFindings(deps: ApiDeps): Promise<QualityFinding[]> {
  const accepted = await loadAccepted(deps, deps.exchange);
  return accepted.map(({ code, symbol, day, message = '' }) => ({
    code,
    severity: Object.hasOwn(ISSUES, code) ? severityOf(code as IssueCode) : 'error',
    symbol,
    sessionDate: fromEpochDay(day),
    message,
  }));
}

function toLogEntry({ exDay, recordedMs, ...entry }: ActionEntry): z.infer<typeof ActionLog>['entries'][number] {
  const { symbol, kind, value, source, withdrawn, by, why } = entry;
  return {
    symbol,
    exDate: fromEpochDay(exDay),
    kind,
    value,
    source,
    recordedAt: toIso(recordedMs),
    withdrawn: withdrawn === true,
    by: by ?? null,
    why: why ?? null,
  };
}
