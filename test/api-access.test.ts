import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeUsers } from '@aion/adapters/gotrue/users';
import { LatestSignals, Problem, SignalDetail } from '@aion/contracts';
import { saveRun, saveStep, type RunRecord } from '@aion/pipeline';
import { CANARY, idOf, publishCanaries, SESSION, TOP } from './canary-run.ts';
import { newFolder, removeFolders } from './embedded-home.ts';
import { forgeTokens } from './forged-tokens.ts';
import { routeTable } from './route-table.ts';
import { newMember, serveHome, setTier, type Member, type ServedHome } from './served-home.ts';

const SIGNALS = 230;
const ISSUER = 'aion-embedded';
const SECRET = 'canary: ENOENT /srv/secret/bhav.csv';
const PUBLIC = ['/v1/health', '/v1/health/live', '/v1/demo/open', '/v1/first-admin'];
const ADMIN_ONLY = [
  ['POST', '/v1/pipeline/run-daily'],
  ['POST', '/v1/pipeline/run-hourly'],
  ['POST', '/v1/pipeline/runs/{id}/retry'],
  ['POST', '/v1/kill'],
  ['GET', '/v1/admin/quarantine'],
  ['POST', '/v1/admin/bhavcopy'],
  ['GET', '/v1/admin/outbox'],
  ['GET', '/v1/admin/quality'],
  ['GET', '/v1/admin/actions'],
  ['GET', '/v1/admin/jobs'],
  ['GET', '/v1/admin/freshness'],
  ['GET', '/v1/admin/sources'],
  ['POST', '/v1/admin/quality/decisions'],
  ['POST', '/v1/admin/actions'],
  ['POST', '/v1/admin/quarantine/reviews'],
  ['POST', '/v1/admin/views'],
  ['POST', '/v1/admin/views/end'],
  ['GET', '/v1/metrics'],
  ['GET', '/v1/admin/imports'],
  ['GET', '/v1/admin/health'],
];

let served: ServedHome;
let who: Record<'basic' | 'pro' | 'elite' | 'admin', Member>;
/** Every route of the API as the program has them. */
const unique = routeTable();
const guarded = unique.filter(([, path]) => !PUBLIC.includes(path));
const isAdminOnly = (method: string, path: string): boolean => ADMIN_ONLY.some(([m, p]) => m === method && p === path);

function call(path: string, init: RequestInit & { token?: string } = {}): Promise<Response> {
  const { token, ...rest } = init;
  const headers = { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...rest.headers };
  return fetch(served.api.url + path.replace('{id}', RUN.id), { ...rest, headers });
}
/** A session as a sign-in opens it. */
const sessionOf = async (userId: string): Promise<string> =>
  (await makeUsers(served.embedded.items, served.clock).beginSession(userId)).sessionId;
const as = (member: Member, path: string, init: RequestInit = {}): Promise<Response> =>
  call(path, { ...init, token: member.token });

const RUN: RunRecord = {
  id: 'NSE-20260227-daily-0badcafe',
  kind: 'daily',
  exchange: 'NSE',
  sessionDate: SESSION,
  status: 'failed',
  revision: 1,
  snapshotId: null,
  triggeredBy: 'canary-admin@example.org',
  owner: 'canary-host:42',
  startedMs: 1_772_000_000_000,
  finishedMs: 1_772_000_001_000,
  error: SECRET,
  summary: null,
};

beforeAll(async () => {
  served = await serveHome(newFolder('access'), { environment: { AION_DEMO_ACCOUNTS: 'false' } });
  const { embedded } = served;
  await publishCanaries(embedded, SIGNALS);
  await saveRun(embedded.items, RUN);
  await saveStep(embedded.items, RUN.id, 0, {
    name: 'ingest',
    title: 'Read the bars',
    status: 'failed',
    startedMs: RUN.startedMs,
    milliseconds: 5,
    progress: { done: 1, total: 2 },
    figures: { file: 'canary.csv' },
    error: SECRET,
  });
  who = {
    basic: await newMember(served, 'basic'),
    pro: await newMember(served, 'pro'),
    elite: await newMember(served, 'elite'),
    admin: await newMember(served, 'elite', 'admin'),
  };
});
afterAll(async () => {
  await served.close();
  removeFolders();
});

/** A problem without what is of its request alone: each has an id, and no two the same. */
const ofAnyRequest = (problem: Problem): object => ({
  ...problem,
  instance: '',
  correlationId: typeof problem.correlationId,
});

describe('who may call at all', () => {
  it('the OpenAPI document lists every route under /v1', async () => {
    const document = (await (await call('/v1/openapi.json')).json()) as { paths: Record<string, object> };
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(listed.sort()).toEqual(unique.map((route) => route.join(' ')).sort());
    expect(guarded.length).toBeGreaterThan(12);
  });

  it('the routes that need no token tell nothing of signals, people or files', async () => {
    for (const path of PUBLIC)
      for (const init of [{}, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }])
        expect(await (await call(path, init)).text()).not.toMatch(/canary|@|\/srv|access_token/i);
  });

  it('no route answers without a token', async () => {
    for (const [method, path] of guarded) {
      const response = await call(path, { method });
      expect(response.status, `${method} ${path}`).toBe(401);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(Problem.parse(await response.json())).toMatchObject({ status: 401, code: 'unauthenticated' });
    }
  });

  it('no route takes a token that is forged, expired or of someone else, and the good one of the same make passes', async () => {
    const { signingKey } = served.embedded.secrets;
    const { good, ...bad } = forgeTokens(
      signingKey,
      ISSUER,
      who.admin.userId,
      served.clock.nowMs(),
      await sessionOf(who.admin.userId),
    );
    expect((await call('/v1/me', { token: good! })).status).toBe(200);
    for (const [name, token] of Object.entries(bad)) {
      for (const [method, path] of guarded) {
        const response = await call(path, { method, token });
        expect(response.status, `${name}: ${method} ${path}`).toBe(401);
        await response.arrayBuffer();
      }
    }
  });

  it('a token stops to work when it has expired, although it was cached', async () => {
    const { signingKey } = served.embedded.secrets;
    const { good } = forgeTokens(
      signingKey,
      ISSUER,
      who.basic.userId,
      served.clock.nowMs(),
      await sessionOf(who.basic.userId),
    );
    expect((await call('/v1/me', { token: good! })).status).toBe(200);
    served.clock.advance(600_000);
    expect((await call('/v1/me', { token: good! })).status).toBe(401);
    served.clock.advance(-600_000);
  });

  it('a user without an entitlement is refused by every route', async () => {
    const { signingKey } = served.embedded.secrets;
    const { good } = forgeTokens(signingKey, ISSUER, 'nobody', served.clock.nowMs());
    for (const [method, path] of guarded) {
      expect((await call(path, { method, token: good! })).status, `${method} ${path}`).toBe(403);
    }
  });
});

describe('what only the operator may', () => {
  const bodies = [undefined, '{}', '{"active":true,"reason":"because"}', '{', '\u0000'];

  it('answers members as it answers an unknown path, whatever they send', async () => {
    for (const member of [who.basic, who.pro, who.elite]) {
      for (const [method, path] of ADMIN_ONLY as [string, string][]) {
        for (const body of method === 'POST' ? bodies : [undefined]) {
          const headers = { 'content-type': 'application/json' };
          const init = {
            method,
            ...(body === undefined ? {} : { body, headers: { ...headers, 'idempotency-key': '!' } }),
          };
          const response = await as(member, path, init);
          const unknown = await as(member, '/v1/no-such-thing', init);
          const [found, expected] = [await response.json(), await unknown.json()] as [Problem, Problem];
          const at = path.replace('{id}', RUN.id);
          expect({ ...ofAnyRequest(found), detail: found.detail.replace(at, 'PATH') }).toEqual({
            ...ofAnyRequest(expected),
            detail: expected.detail.replace('/v1/no-such-thing', 'PATH'),
          });
          expect(response.status).toBe(404);
        }
      }
    }
    expect((await (await as(who.admin, '/v1/kill')).json()) as object).toMatchObject({ active: false });
  });

  it('every admin-only route is in the list of this test, and an admin gets through its gate', async () => {
    for (const [method, path] of guarded) {
      if (!isAdminOnly(method, path)) continue;
      const response = await as(who.admin, `${path}?limit=0`, { method });
      // 400: past the gate, stopped by what it was asked with.
      expect([200, 202, 400, 503], `${method} ${path}`).toContain(response.status);
    }
    for (const [method, path] of guarded.filter((route) => !isAdminOnly(...route))) {
      expect((await as(who.pro, path, { method })).status, `${method} ${path}`).not.toBe(500);
    }
  });

  it('members see the state of runs, not who started them, why they failed or what the steps counted', async () => {
    for (const path of ['/v1/pipeline/runs', `/v1/pipeline/runs/${RUN.id}`]) {
      for (const member of [who.basic, who.elite]) {
        const text = await (await as(member, path)).text();
        expect(text).toContain('"status":"failed"');
        expect(text).not.toMatch(/canary|example\.org|srv|bhav\.csv/);
      }
      const text = await (await as(who.admin, path)).text();
      for (const word of ['canary-admin@example.org', SECRET, 'canary.csv']) expect(text).toContain(word);
    }
  });

  it('who turned the kill switch, and why, is for admins; its state for whoever has orders that it stops', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ active: false, reason: 'a test' });
    expect((await as(who.admin, '/v1/kill', { method: 'POST', headers, body })).status).toBe(200);
    expect(await (await as(who.admin, '/v1/kill')).json()).toMatchObject({ by: who.admin.email });
    expect(await (await as(who.elite, '/v1/kill')).json()).toMatchObject({ active: false, by: null, reason: null });
    // Whoever has no orders is not told that there is a switch.
    for (const member of [who.basic, who.pro]) expect((await as(member, '/v1/kill')).status).toBe(404);
  });
});

describe('what a tier may see', () => {
  /** Everything that a response says: status line, headers and body. */
  const wholeOf = async (response: Response): Promise<string> =>
    [response.status, ...[...response.headers].map((pair) => pair.join(': ')), await response.text()].join('\n');

  it('no answer of any route gives basic a value, symbol or id that is planted for higher tiers', async () => {
    const paths = [
      ...guarded.filter(([method, path]) => method === 'GET' && path !== '/v1/signals/{id}').map(([, path]) => path),
      '/v1/signals/latest?tier=elite',
      '/v1/signals/latest?tier=pro&limit=200',
      '/v1/signals/latest?limit=1',
      '/v1/signals/export.csv?tier=elite',
      ...Array.from({ length: TOP }, (_, i) => `/v1/signals/${idOf(i + 1)}`),
      `/v1/signals/${idOf(1)}?tier=elite`,
      '/v1/market/status',
    ];
    for (const path of paths) expect(await wholeOf(await as(who.basic, path)), path).not.toMatch(CANARY);
    // Cursors that a pro member was given, or that someone made up, open nothing either.
    const { nextCursor } = LatestSignals.parse(await (await as(who.pro, '/v1/signals/latest?limit=10')).json());
    for (const cursor of [nextCursor!, btoa(`${'1'.repeat(16)}:0`), btoa(`${'1'.repeat(16)}:7`)]) {
      const response = await as(who.basic, `/v1/signals/latest?tier=elite&cursor=${cursor.replaceAll('=', '')}`);
      expect(await wholeOf(response)).not.toMatch(CANARY);
    }
  });

  it('the guard bites: the same answers for pro are full of canaries', async () => {
    for (const path of [
      '/v1/signals/latest',
      '/v1/signals/export.csv',
      `/v1/signals/${idOf(1)}`,
      `/v1/signals/${idOf(9)}`,
    ]) {
      for (const member of [who.pro, who.elite]) expect(await wholeOf(await as(member, path)), path).toMatch(CANARY);
    }
  });

  it('ids outside the top five are to basic as if they did not exist', async () => {
    const known = await as(who.basic, `/v1/signals/${idOf(TOP + 1)}`);
    const unknown = await as(who.basic, '/v1/signals/openxxxxxxxxx777');
    const [a, b] = [(await known.json()) as Problem, (await unknown.json()) as Problem];
    expect([known.status, unknown.status]).toEqual([404, 404]);
    expect(ofAnyRequest(a)).toEqual(ofAnyRequest(b));
    expect([...known.headers.keys()]).toEqual([...unknown.headers.keys()]);
    expect((await as(who.pro, `/v1/signals/${idOf(TOP + 1)}`)).status).toBe(200);
  });

  it('pro and elite see every signal with every field, and may look at it as basic does', async () => {
    for (const member of [who.pro, who.elite]) {
      const list = LatestSignals.parse(await (await as(member, '/v1/signals/latest?limit=200')).json());
      expect(list).toMatchObject({ total: SIGNALS, gated: null });
      expect(list.signals.every((signal) => signal.access === 'full' && signal.readiness !== null)).toBe(true);
      const detail = SignalDetail.parse(await (await as(member, `/v1/signals/${idOf(99)}`)).json());
      expect(detail.why?.band.highMinor).toBe(6_666_663);
      expect(Object.keys(detail.charts)).toEqual(['D', 'W']);
      const lowered = await wholeOf(await as(member, '/v1/signals/latest?tier=basic'));
      expect(lowered).toContain(idOf(1));
      expect(lowered).not.toMatch(CANARY);
    }
  });

  it('the same request of two tiers has two ETags, and neither opens the other', async () => {
    const tagOf = async (member: Member): Promise<string> =>
      (await as(member, '/v1/signals/latest')).headers.get('etag')!;
    const [basic, pro] = [await tagOf(who.basic), await tagOf(who.pro)];
    expect(basic).not.toBe(pro);
    const crossed = await as(who.basic, '/v1/signals/latest', { headers: { 'if-none-match': pro } });
    expect(crossed.status).toBe(200);
    expect(crossed.headers.get('cache-control')).toMatch(/private/);
    expect(crossed.headers.get('vary')).toMatch(/authorization/);
  });

  it('a downgrade shows within two seconds, also for a session that is open', async () => {
    const member = await newMember(served, 'pro');
    const tier = async (): Promise<string> =>
      LatestSignals.parse(await (await as(member, '/v1/signals/latest')).json()).tier;
    expect(await tier()).toBe('pro');
    await setTier(served, member, 'basic');
    served.clock.advance(2000);
    expect(await tier()).toBe('basic');
    expect((await as(member, '/v1/signals/export.csv')).status).toBe(403);
    await setTier(served, member, 'elite');
    served.clock.advance(2000);
    expect(await tier()).toBe('elite');
  });

  it('a signal whose run was never published is shown to nobody', async () => {
    const { items } = served.embedded;
    const found = await items.query({ table: 'product', index: 'gsi1', pk: `SIGID#${idOf(1)}` });
    const { rev: _rev, ...item } = found.items[0]!;
    const body = item.body as { signal: object };
    const id = 'openxxxxxxxxx222';
    const unpublished = { ...body, revision: 9, signal: { ...body.signal, id } };
    await items.put({ ...item, sk: `SIG#${id}`, gsi1pk: `SIGID#${id}`, gsi2sk: `2026-03-06#${id}`, body: unpublished });
    for (const member of [who.basic, who.elite]) expect((await as(member, `/v1/signals/${id}`)).status).toBe(404);
  });
});
