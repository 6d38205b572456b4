import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveEntitlement } from '@aion/accounts';
import { createApi, type ApiDeps } from '@aion/api';
import { LatestSignals, Problem, ScanList } from '@aion/contracts';
import { loadQualityReport } from '@aion/market';
import { makeApiDeps } from '@aion/runtime/serving/api-deps';
import type { Embedded } from '@aion/runtime';
import { owedStatuses, wrongWith, type ApiDocument } from './api-obligations.ts';
import { statusCases, type Ask, type Case, type Known } from './api-status-cases.ts';
import { daily, newFolder, openHome, removeFolders, simulatedHome } from './embedded-home.ts';

let home: Embedded;
let deps: ApiDeps;
let known: Known = { runId: '', signalId: '', scanId: '', finding: { code: '', symbol: '', sessionDate: '' } };
let document: ApiDocument;
beforeAll(async () => {
  home = await simulatedHome('statuses');
  const { id: runId } = await daily(home);
  for (const tier of ['basic', 'pro', 'elite', 'admin'] as const) await admit(home, tier);
  deps = await depsOf(home);
  const { issues } = (await loadQualityReport(home, 'NSE'))!;
  const { code, symbol, sessionDate } = issues.find((issue) => issue.symbol !== null && issue.sessionDate !== null)!;
  const asked = async (route: string): Promise<unknown> => (await ask(route, {})).json();
  const signalId = LatestSignals.parse(await asked('GET /v1/signals/latest')).signals[0]!.id;
  const scanId = ScanList.parse(await asked('GET /v1/scans')).scans[0]!.id;
  known = { runId, signalId, scanId, finding: { code, symbol: symbol!, sessionDate: sessionDate! } };
  document = (await (await createApi(deps).request('/v1/openapi.json')).json()) as ApiDocument;
});
afterAll(() => home.close());
afterAll(removeFolders);

const admit = ({ items }: Embedded, name: 'basic' | 'pro' | 'elite' | 'admin'): Promise<void> => {
  const [tier, role] = name === 'admin' ? (['elite', 'admin'] as const) : ([name, 'member'] as const);
  return saveEntitlement(items, {
    userId: name,
    email: `${name}@example.org`,
    tier,
    role,
    source: 'admin',
    updatedMs: 0,
  });
};

/** A host whose callers are named by their token; its own answers are the simplest that there are. */
async function depsOf(host: Embedded): Promise<ApiDeps> {
  const nowS = Math.floor(host.clock.nowMs() / 1000);
  const limits = { perSecond: 1e6, burst: 1e6 };
  return {
    ...(await makeApiDeps(host, {
      verifyToken: async (userId) => ({
        userId,
        email: `${userId}@example.org`,
        sessionId: 's',
        issuedAtS: nowS,
        expiresAtS: nowS + 600,
      }),
      sessionLives: async () => true,
      endSessions: async () => undefined,
      startRun: async () => ({ runId: 'NSE-20260227-daily-new', alreadyRunning: false }),
      receiveUpload: async (_name, body) => {
        const { byteLength } = await new Response(body).arrayBuffer();
        const report = { files: [], rows: 0, stored: 0, quarantined: [], sessions: [], symbols: 0 };
        return {
          bytes: byteLength,
          sha256: String(byteLength),
          import: async () => report,
          discard: async () => undefined,
        };
      },
      reviewRow: async ({ why }) => ({ decision: 'dismissed', by: 'admin', why, at: '2026-02-27T00:00:00Z' }),
      activeJobs: async () => new Set<never>(),
      listSources: async () => [],
      metricsText: async () => '',
      openDemo: async () => ({ logins: [] }),
      makeFirstAdmin: async () => undefined,
      healthChecks: async () => [{ name: 'disk', ok: true, detail: '' }],
    })),
    limits: { address: limits, caller: limits, kill: limits },
  };
}

async function send(api: ReturnType<typeof createApi>, route: string, request: Ask): Promise<Response> {
  const [method = '', path = ''] = route.split(' ');
  const { as = 'admin', id = '', query = '', body, headers = {} } = request;
  return api.request(`${path.replace('{id}', id)}${query}`, {
    method,
    headers: {
      ...(as === 'nobody' ? {} : { authorization: `Bearer ${as}` }),
      ...(body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}
const ask = (route: string, request: Ask): Promise<Response> =>
  send(createApi({ ...deps, ...request.host }), route, request);

/** What follows from how a route is described, with what it takes when all is well. */
function common(route: string, good: Ask): Case[] {
  const owed = owedStatuses(document, route);
  const json = { 'content-type': 'application/json' };
  const cases: readonly Case[] = [
    [401, 'unauthenticated', { ...good, as: 'nobody' }],
    [403, 'forbidden', { ...good, as: 'stranger' }],
    [413, 'too_large', { ...good, headers: json, body: JSON.stringify({ much: 'x'.repeat(65 * 1024) }) }],
    [415, 'bad_input', { ...good, headers: { 'content-type': 'text/plain' }, body: 'reason' }],
    [422, 'bad_input', { ...good, headers: { 'idempotency-key': 'short' } }],
  ];
  // A body that is not JSON, and one that is, without what the route needs.
  const bodies: readonly Case[] = [
    [400, 'bad_input', { ...good, headers: json, body: '{' }],
    [400, 'bad_input', { ...good, body: [] }],
  ];
  const takesJson = owed.includes(415);
  return [...cases.filter(([status]) => owed.includes(status)), ...(takesJson ? bodies : [])];
}

/** Every status that a route was seen to answer with, each held to its code. */
async function seenStatuses(route: string): Promise<number[]> {
  const cases = statusCases(known)[route]!;
  const good = cases[0][2];
  const seen: number[] = [];
  for (const [status, code, request] of [...cases, ...common(route, good)]) {
    const response = await ask(route, request);
    const text = await response.text();
    expect([response.status, text], `${route} ${JSON.stringify(request)}`).toEqual([status, text]);
    if (code !== null) {
      expect(wrongWith(response, text), `${route}: ${text}`).toEqual([]);
      expect(Problem.parse(JSON.parse(text)).code, text).toBe(code);
    }
    seen.push(status);
  }
  return [...seen, ...(await seenLimit(route, good)), ...(await seenRepeat(route, good))];
}

/** The second of two requests where one is allowed. */
async function seenLimit(route: string, good: Ask): Promise<number[]> {
  const one = { perSecond: 1e-6, burst: 1 };
  const api = createApi({ ...deps, limits: { address: one, caller: one, kill: one } });
  await send(api, route, good);
  const response = await send(api, route, good);
  if (response.status !== 429) return [];
  expect(wrongWith(response, await response.text()), route).toEqual([]);
  expect(Number(response.headers.get('retry-after')), route).toBeGreaterThan(0);
  return [429];
}

/** A key that was used with another request. */
async function seenRepeat(route: string, good: Ask): Promise<number[]> {
  if (!owedStatuses(document, route).includes(409)) return [];
  const headers = { 'idempotency-key': `repeat-${route.replaceAll(/\W/g, '-')}` };
  const [pk, sk] = ['IDEM#admin', `${route.replace('{id}', good.id ?? '')}#${headers['idempotency-key']}`];
  await home.items.put({ table: 'ephemeral', pk, sk, v: 1, body: { request: 'of another body', state: 'started' } });
  const response = await ask(route, { ...good, headers });
  const text = await response.text();
  expect([response.status, ...wrongWith(response, text)], `${route}: ${text}`).toEqual([409]);
  return [409];
}

const ROUTES = Object.keys(statusCases(known));

describe('each route', () => {
  it('is in the table', () => {
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(ROUTES.toSorted()).toEqual(routes.toSorted());
  });

  it.each(ROUTES)('%s answers with every status that it declares or owes', async (route) => {
    const seen = await seenStatuses(route);
    expect(owedStatuses(document, route).filter((status) => !seen.includes(status))).toEqual([]);
  });
});

it('a home without a run says what is not there, and a member is not told of what is the operator’s', async () => {
  const empty = openHome(newFolder('statuses-empty'));
  for (const name of ['basic', 'admin'] as const) await admit(empty, name);
  const api = createApi(await depsOf(empty));
  const answerOf = async (route: string, request: Ask): Promise<unknown[]> => {
    const response = await send(api, route, request);
    return [response.status, ...wrongWith(response, await response.text())];
  };
  expect(await answerOf('GET /v1/scans', {})).toEqual([404]);
  expect(await answerOf('GET /v1/signals/latest', {})).toEqual([404]);
  for (const route of ROUTES.filter((one) => /admin|metrics|run-|retry/.test(one)))
    if (route !== 'POST /v1/first-admin') expect(await answerOf(route, { as: 'basic' }), route).toEqual([404]);
  empty.close();
});
