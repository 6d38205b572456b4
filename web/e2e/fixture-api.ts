import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ActionLog,
  BeganView,
  BeginView,
  DemoLogins,
  ImportList,
  ImportReport,
  KillState,
  LatestSignals,
  MarketStatus,
  Me,
  OutboxPage,
  QualityAnswer,
  QuarantinePage,
  RowReview,
  Run,
  RunPage,
  RunStarted,
  ScanList,
  ScanPage,
  SetKill,
  SignalDetail,
  FreshnessList,
  JobList,
  SourceList,
} from '@aion/contracts';
import { z } from 'zod';
import { accountOf, DEMO_SECRET, LOGINS, makeViews, meOf } from './fixture-accounts.ts';
import { problem, readBody, reply, send } from './fixture-answers.ts';
import { makeIdentity } from './fixture-identity.ts';
import { makeImports, SLOW_FILE, uploadReport } from './fixture-imports.ts';
import { fullDetail, NOW, SESSION } from './fixture-market.ts';
import { makeQualityState, qualityReport, FRESHNESS, JOBS, SOURCES } from './fixture-quality.ts';
import { runAt, STEP_COUNT } from './fixture-runs.ts';
import { scanCsv, scanList, scanPage } from './fixture-scans.ts';
import { basicDetail, csv, latest, signals } from './fixture-signals.ts';

/** A loopback stand-in for the API: fixed answers per tier, each checked against the contract, and faults on demand. */
export interface FixtureApi {
  readonly url: string;
  readonly requests: string[];
  /** The next answers to paths that start with `prefix` show the fault until it is set to null. */
  fault(prefix: string, fault: Fault | null): void;
  close(): Promise<void>;
}
/** `held` answers nothing before the fault is set to another. */
export type Fault = 'error' | 'no_run' | 'empty' | 'garbage' | 'next_run' | 'held';

export async function startFixtureApi(port = 0): Promise<FixtureApi> {
  const faults = new Map<string, Fault>();
  const held: (() => void)[] = [];
  const requests: string[] = [];
  const state = makeState();
  const answerIdentity = makeIdentity();
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      console.error('fixture API:', error);
      response.destroy();
    });
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fixture');
    requests.push(`${request.method} ${url.pathname}${url.search}`);
    const body = await readBody(request);
    if (url.pathname === '/fixture/fault') {
      const { prefix, fault } = JSON.parse(body.toString()) as { prefix: string; fault: Fault | null };
      setFault(prefix, fault);
      return send(response, 200, {});
    }
    const faultOf = (): Fault | undefined => [...faults].find(([prefix]) => url.pathname.startsWith(prefix))?.[1];
    while (faultOf() === 'held') await new Promise<void>((resolve) => held.push(resolve));
    const fault = faultOf();
    if (fault === 'error')
      return problem(response, 500, 'internal', 'The store does not answer. Try again in a moment.');
    if (fault === 'garbage') return send(response, 200, { surprise: true });
    if (url.pathname.startsWith('/auth/v1/')) return answerIdentity(request, response, url, body);
    return state.route(request, response, url, body, fault ?? null);
  }
  function setFault(prefix: string, fault: Fault | null): void {
    if (fault === null) faults.delete(prefix);
    else faults.set(prefix, fault);
    for (const goOn of held.splice(0)) goOn();
  }
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fault: setFault,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}

const Changed = z.strictObject({ changed: z.boolean() });

function makeState() {
  const quality = makeQualityState();
  const imports = makeImports();
  const views = makeViews();
  let kill: KillState = {
    active: false,
    known: true,
    scope: 'global',
    reason: null,
    by: null,
    at: null,
    effect: 'While it is on, no order that increases exposure is sent; protective orders and exits stay possible.',
  };
  let killChanges = 0;
  /** Polls of a started run; it moves by a step with each. */
  let polls: number | null = null;
  const runs = (): Run[] => {
    const newest = polls === null ? [] : [runAt('run-3', polls, polls % 2 === 0 ? 0.3 : 0.8)];
    return [...newest, runAt('run-2', STEP_COUNT, 1), runAt('run-1', -1, 0)];
  };

  return { route };

  function route(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    body: Buffer,
    fault: Fault | null,
  ): void {
    const path = url.pathname;
    const post = request.method === 'POST';
    if (path === '/v1/demo/open') {
      const { secret } = JSON.parse(body.toString()) as { secret: string };
      if (secret !== DEMO_SECRET) return problem(response, 403, 'forbidden', 'This link is used up or too old.');
      return reply(response, DemoLogins, { logins: LOGINS });
    }
    const signedIn = accountOf(request.headers.authorization);
    const account = views.viewedBy(signedIn, request.headers['x-aion-view']);
    if (account === null)
      return problem(response, 401, 'unauthenticated', 'The access token is missing or no longer valid.');
    if (path === '/v1/session/end') {
      response.writeHead(204).end();
      return;
    }
    const full = account.tier !== 'basic';
    const admin = account.role === 'admin';

    if (path === '/v1/me') return reply(response, Me, meOf(account));
    if (path === '/v1/market/status') return reply(response, MarketStatus, marketStatus(kill.active));
    if (path === '/v1/signals/latest') {
      if (fault === 'no_run') return problem(response, 404, 'not_found', 'No run has been published yet.');
      return reply(response, LatestSignals, latest(account.tier, fault === 'empty'));
    }
    if (path === '/v1/signals/export.csv') {
      if (!full) return problem(response, 403, 'forbidden', 'The export is part of the Pro plan.');
      response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8', 'cache-control': 'private, no-cache' });
      response.end(csv());
      return;
    }
    if (path.startsWith('/v1/signals/')) {
      const index = signals().findIndex((signal) => signal.id === decodeURIComponent(path.slice(12)));
      if (index === -1 || (!full && index >= 5)) return problem(response, 404, 'not_found', 'There is no such signal.');
      return reply(response, SignalDetail, full ? fullDetail(index) : basicDetail(index));
    }
    if (path === '/v1/scans') {
      const list = fault === 'no_run' ? null : scanList(account.tier, admin, url.searchParams.get('date'));
      return list === null
        ? problem(response, 404, 'not_found', 'No session has been scanned yet.')
        : reply(response, ScanList, list);
    }
    const scanned = /^\/v1\/scans\/([^/]+)(\/export\.csv)?$/.exec(path);
    if (scanned?.[1] !== undefined) {
      if (scanned[2] === undefined) {
        const page = scanPage(decodeURIComponent(scanned[1]), account.tier, url.searchParams);
        return page === null
          ? problem(response, 404, 'not_found', 'There is no such scan.')
          : reply(response, ScanPage, page);
      }
      if (!full) return problem(response, 403, 'forbidden', 'The export is part of the Pro plan.');
      response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8', 'cache-control': 'private, no-cache' });
      response.end(scanCsv(scanned[1], url.searchParams));
      return;
    }
    if (path === '/v1/pipeline/runs') {
      if (polls !== null && polls < STEP_COUNT) polls += 1;
      return reply(response, RunPage, {
        runs: runs().slice(0, Number(url.searchParams.get('limit') ?? 20)),
        nextCursor: null,
      });
    }
    if (path === '/v1/kill' && !post) return reply(response, KillState, kill);
    if (!admin) return problem(response, 404, 'not_found', 'There is nothing at this address.');

    if (/^\/v1\/pipeline\/(run-daily|run-hourly|runs\/[^/]+\/retry)$/.test(path) && post) {
      if (request.headers['idempotency-key'] === undefined)
        return problem(response, 400, 'bad_input', 'Idempotency-Key is missing.');
      const alreadyRunning = polls !== null && polls < STEP_COUNT;
      if (!alreadyRunning) polls = 0;
      return reply(response, RunStarted, { runId: 'run-3', alreadyRunning }, 202);
    }
    if (path.startsWith('/v1/pipeline/runs/')) {
      const run = runs().find((each) => each.id === path.split('/').at(-1));
      return run === undefined
        ? problem(response, 404, 'not_found', 'There is no such run.')
        : reply(response, Run, run);
    }
    if (path === '/v1/kill') {
      const { active, reason, seenAt } = SetKill.parse(JSON.parse(body.toString()));
      if (!active && seenAt !== undefined && seenAt !== kill.at)
        return problem(response, 409, 'conflict', 'somebody changed the kill switch meanwhile');
      killChanges += 1;
      kill = { ...kill, active, reason, by: account.email, at: new Date(Date.parse(NOW) + killChanges).toISOString() };
      return reply(response, KillState, kill);
    }
    if (path === '/v1/admin/quarantine') return reply(response, QuarantinePage, quality.quarantine(url.searchParams));
    if (path === '/v1/admin/quality') {
      const date = url.searchParams.get('date') ?? SESSION;
      const report = fault === 'next_run' ? quality.nextReport() : qualityReport();
      return reply(response, QualityAnswer, {
        report: fault === 'empty' || date !== SESSION ? null : report,
        accepted: quality.accepted(),
      });
    }
    if (path === '/v1/admin/jobs') return reply(response, JobList, JOBS);
    if (path === '/v1/admin/freshness') return reply(response, FreshnessList, FRESHNESS);
    if (path === '/v1/admin/sources') return reply(response, SourceList, SOURCES);
    if (path === '/v1/admin/actions' && !post)
      return reply(response, ActionLog, quality.actions(url.searchParams.get('symbol')));
    if (post && /^\/v1\/admin\/(quality\/decisions|actions|quarantine\/reviews)$/.test(path)) {
      if (request.headers['idempotency-key'] === undefined)
        return problem(response, 400, 'bad_input', 'Idempotency-Key is missing.');
      const asked: unknown = JSON.parse(body.toString());
      if (path.endsWith('/decisions')) return reply(response, Changed, quality.decide(asked));
      if (path.endsWith('/actions')) return reply(response, Changed, quality.changeAction(asked, account.email));
      const made = quality.review(asked, account.email);
      return 'decision' in made ? reply(response, RowReview, made) : problem(response, ...made);
    }
    if (path === '/v1/admin/views') {
      const { email, reason } = BeginView.parse(JSON.parse(body.toString()));
      return reply(response, BeganView, views.begin(email, reason));
    }
    if (path === '/v1/admin/views/end') {
      views.end();
      response.writeHead(204).end();
      return;
    }
    if (path === '/v1/admin/imports') return reply(response, ImportList, { imports: imports.list(account.email) });
    if (path === '/v1/admin/outbox') return reply(response, OutboxPage, OUTBOX);
    if (path === '/v1/admin/bhavcopy' && url.searchParams.get('name') === SLOW_FILE) {
      imports.begin();
      return problem(response, 504, 'api_slow', 'The API has not answered within five minutes.');
    }
    if (path === '/v1/admin/bhavcopy')
      return reply(response, ImportReport, uploadReport(url.searchParams.get('name') ?? '', body));
    return problem(response, 404, 'not_found', 'There is nothing at this address.');
  }
}

const marketStatus = (killed: boolean): MarketStatus => ({
  exchange: 'NSE',
  timeZone: 'Asia/Kolkata',
  now: NOW,
  clock: 'frozen',
  state: 'closed',
  stateTitle: 'Closed since 15:30 IST; opens Mon 2 Mar, 09:15 IST',
  nextOpen: '2026-03-02T03:45:00Z',
  badges: ['SIMULATED', 'STUB'],
  mode: 'stub',
  lastBarDate: SESSION,
  lastRun: { id: 'run-2', kind: 'daily', status: 'succeeded', at: '2026-02-27T10:42:00Z', sessionDate: SESSION },
  killed,
});

const OUTBOX: OutboxPage = {
  messages: [
    {
      id: 'mail-1',
      to: 'pro@aion.demo',
      channel: 'mail',
      subject: '32 signals for Fri 27 Feb 2026',
      text: 'The daily run has ended.\n\n24 buy, 8 sell. The list is on your dashboard.',
      at: '2026-02-27T10:42:10Z',
    },
  ],
  nextCursor: null,
};

// `node web/e2e/fixture-api.ts [port]` serves it for work on the pages.
if (process.argv[1]?.endsWith('fixture-api.ts') === true) {
  const api = await startFixtureApi(Number(process.argv[2] ?? 4199));
  console.log(`Fixture API on ${api.url}`);
}
