import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  Health,
  KillState,
  LatestSignals,
  MarketStatus,
  Me,
  OutboxPage,
  Problem,
  QuarantinePage,
  RunPage,
  RunStarted,
} from '@aion/contracts';
import { AppError } from '@aion/core';
import { saveRun, type RunRecord } from '@aion/pipeline';
import { call as callApi, problemOf } from './api-caller.ts';
import { idOf, publishCanaries, SESSION } from './canary-run.ts';
import { newFolder, removeFolders } from './embedded-home.ts';
import { runRecord } from './run-record.ts';
import { fakeLauncher, newMember, serveHome, type Member, type ServedHome } from './served-home.ts';

const SIGNALS = 230;
let served: ServedHome;
let pro: Member;
let admin: Member;
const launcher = fakeLauncher();

const call = (member: Member | undefined, path: string, init?: RequestInit): Promise<Response> =>
  callApi(served, member, path, init);
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  call(admin, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const list = async (query = ''): Promise<LatestSignals> =>
  LatestSignals.parse(await (await call(pro, `/v1/signals/latest${query}`)).json());

const run = (id: string, startedMs: number, over: Partial<RunRecord> = {}): RunRecord =>
  runRecord({ id, startedMs, finishedMs: startedMs + 5, ...over });

beforeAll(async () => {
  served = await serveHome(newFolder('api'), { launcher });
  pro = await newMember(served, 'pro');
  admin = await newMember(served, 'basic', 'admin');
});
afterAll(async () => {
  await served.close();
  removeFolders();
});

describe('before anything was published', () => {
  it('says that no run was published yet, and what the market is', async () => {
    expect(await problemOf(await call(pro, '/v1/signals/latest'))).toMatchObject({
      status: 404,
      detail: expect.stringMatching(/no run has been published yet/),
    });
    expect(MarketStatus.parse(await (await call(pro, '/v1/market/status')).json())).toMatchObject({
      lastBarDate: null,
      lastRun: null,
    });
    expect(RunPage.parse(await (await call(pro, '/v1/pipeline/runs')).json())).toEqual({ runs: [], nextCursor: null });
  });
});

describe('the list of signals', () => {
  beforeAll(async () => {
    await publishCanaries(served.embedded, SIGNALS);
    served.clock.advance(1000);
  });

  it('is walked with its cursor without a gap or a repeat, at every size of page', async () => {
    for (const limit of [1, 7, 100, 200]) {
      const ranks: number[] = [];
      let cursor: string | null = null;
      do {
        const page: LatestSignals = await list(`?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`);
        expect(page.signals.length).toBeLessThanOrEqual(limit);
        ranks.push(...page.signals.map((signal) => signal.rank));
        cursor = page.nextCursor;
      } while (cursor !== null && ranks.length < SIGNALS + limit);
      expect(ranks).toEqual(Array.from({ length: SIGNALS }, (_, i) => i + 1));
    }
  });

  it('gives a hundred when no limit is named, and refuses a limit outside 1 to 200', async () => {
    expect((await list()).signals).toHaveLength(100);
    for (const limit of ['0', '201', '-1', '1.5', 'x', '', '1e99']) {
      const problem = await problemOf(await call(pro, `/v1/signals/latest?limit=${limit}`));
      expect(problem).toMatchObject({ status: 400, code: 'bad_input' });
      expect(problem.errors?.[0]?.path).toBe('limit');
    }
    expect((await problemOf(await call(pro, '/v1/signals/latest?tier=gold'))).errors?.[0]?.path).toBe('tier');
  });

  it('refuses a cursor that it never gave', async () => {
    for (const cursor of ['x', '%00', btoa('1:1'), btoa(`${'1'.repeat(16)}:-1`), btoa(`${'1'.repeat(16)}:9999999`)]) {
      const response = await call(pro, `/v1/signals/latest?cursor=${encodeURIComponent(cursor)}`);
      expect((await problemOf(response)).detail).toMatch(/start again without a cursor/);
      expect(response.status).toBe(422);
    }
    expect((await call(pro, `/v1/signals/latest?cursor=${'x'.repeat(101)}`)).status).toBe(400);
  });

  it('answers 304 while nothing changed, also to a list of tags and to a weakened one', async () => {
    const first = await call(pro, '/v1/signals/latest');
    const etag = first.headers.get('etag')!;
    await first.arrayBuffer();
    for (const header of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
      const again = await call(pro, '/v1/signals/latest', { headers: { 'if-none-match': header } });
      expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    }
    const changed = await call(pro, '/v1/signals/latest?limit=5', { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
    await changed.arrayBuffer();
  });

  it('sends the same bytes plain and compressed, as the caller asks', async () => {
    const raw = (encoding: string): Promise<Response> =>
      call(pro, '/v1/signals/latest', { headers: { 'accept-encoding': encoding } });
    const plain = await (await raw('identity')).text();
    const zipped = await raw('br, gzip;q=0.8');
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    // fetch unpacks by itself; a body that is still packed would not begin with a brace.
    const body = Buffer.from(await zipped.arrayBuffer());
    expect((body[0] === 0x1f ? gunzipSync(body) : body).toString()).toBe(plain);
    for (const encoding of ['gzip;q=0', 'identity', 'br']) {
      expect((await raw(encoding)).headers.get('content-encoding')).toBeNull();
    }
  });

  it('is one run at a time: a cursor of the run before is refused when a newer one is published', async () => {
    const { nextCursor } = await list('?limit=10');
    await publishCanaries(served.embedded, SIGNALS, 2);
    served.clock.advance(1000);
    const problem = await problemOf(await call(pro, `/v1/signals/latest?limit=10&cursor=${nextCursor}`));
    expect(problem.detail).toMatch(/newer run was published/);
    expect((await list()).revision).toBe(2);
  });

  it('leads to each of its signals, and to those of an earlier revision with their history', async () => {
    const { signals } = await list('?limit=3');
    for (const { id } of signals) expect((await call(pro, `/v1/signals/${id}`)).status).toBe(200);
    expect(await (await call(pro, `/v1/signals/${idOf(1, 1)}`)).json()).toMatchObject({
      history: expect.arrayContaining([expect.objectContaining({ state: 'SUPERSEDED' })]) as unknown,
    });
    for (const id of ['x', 'UPPER', '..%2f..', 'a'.repeat(65), '%00', "' OR 1=1"]) {
      expect([400, 404]).toContain((await call(pro, `/v1/signals/${encodeURIComponent(id)}`)).status);
    }
  });

  it('exports a line per signal that no spreadsheet runs', async () => {
    const response = await call(pro, '/v1/signals/export.csv');
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(response.headers.get('content-disposition')).toMatch(/attachment; filename="aion-NSE-2026-02-27-r2\.csv"/);
    const lines = (await response.text()).trimEnd().split('\r\n');
    expect(lines.filter((line) => !line.startsWith('#') && !line.startsWith('"#'))).toHaveLength(SIGNALS + 1);
    expect(lines.join('\n')).toMatch(/not investment advice/);
  });
});

describe('writes with an Idempotency-Key', () => {
  const key = (name: string): Record<string, string> => ({ 'idempotency-key': `key-of-test-${name}` });

  it('run once: a repeat gets the first answer', async () => {
    const before = launcher.requests.length;
    const first = await post('/v1/pipeline/run-daily', { sessionDate: SESSION }, key('repeat'));
    const again = await post('/v1/pipeline/run-daily', { sessionDate: SESSION }, key('repeat'));
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(RunStarted.parse(await again.json())).toEqual(await first.json());
    expect(launcher.requests.length).toBe(before + 1);
  });

  it('are refused with another body, and the key is of one path and one caller', async () => {
    await post('/v1/pipeline/run-daily', { sessionDate: SESSION }, key('other'));
    const other = await post('/v1/pipeline/run-daily', { sessionDate: '2026-02-26' }, key('other'));
    expect(await problemOf(other)).toMatchObject({ status: 409, detail: expect.stringMatching(/another body/) });
    expect((await post('/v1/pipeline/run-hourly', {}, key('other'))).status).toBe(202);
    const second = await newMember(served, 'basic', 'admin');
    const headers = { 'content-type': 'application/json', ...key('other') };
    expect((await call(second, '/v1/pipeline/run-daily', { method: 'POST', headers, body: '{}' })).status).toBe(202);
  });

  it('run once when they come at the same time', async () => {
    const before = launcher.requests.length;
    const { start } = launcher;
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let arrived = (): void => undefined;
    const held = new Promise<void>((resolve) => (arrived = resolve));
    launcher.start = async (request) => {
      arrived();
      await gate;
      return start(request);
    };
    const first = post('/v1/pipeline/run-daily', {}, key('concurrent'));
    // The others come while the first is held at the gate.
    await held;
    const others: Response[] = [];
    while (others.length < 3) {
      const answer = await post('/v1/pipeline/run-daily', {}, key('concurrent'));
      if (answer.status !== 409) break;
      others.push(answer);
    }
    release();
    launcher.start = start;
    expect(others.map((response) => response.status)).toEqual([409, 409, 409]);
    expect((await problemOf(others[0]!)).detail).toMatch(/still under way/);
    expect((await first).status).toBe(202);
    expect((await post('/v1/pipeline/run-daily', {}, key('concurrent'))).status).toBe(202);
    expect(launcher.requests.length).toBe(before + 1);
  });

  it('may be sent again after a failure, and after a process that ended in the middle', async () => {
    const { start } = launcher;
    launcher.start = async () => {
      throw new AppError('missing_data', 'no bars yet');
    };
    expect((await problemOf(await post('/v1/pipeline/run-daily', {}, key('failed')))).detail).toBe('no bars yet');
    launcher.start = start;
    expect((await post('/v1/pipeline/run-daily', {}, key('failed'))).status).toBe(202);

    const { items } = served.embedded;
    const found = await items.query({ table: 'ephemeral', pk: `IDEM#${admin.userId}`, prefix: 'POST' });
    const done = found.items.find(({ sk }) => sk.endsWith('failed'))!;
    const { rev: _rev, ...item } = done;
    const startedS = Math.floor(served.clock.nowMs() / 1000);
    await items.put({ ...item, body: { ...done.body, state: 'started' }, expiresAtS: startedS + 600 });
    expect((await post('/v1/pipeline/run-daily', {}, key('failed'))).status).toBe(409);
    served.clock.advance(600_000);
    expect((await post('/v1/pipeline/run-daily', {}, key('failed'))).status).toBe(202);
  });

  it('are refused with a key that is too short or has odd characters', async () => {
    for (const bad of ['short', 'x'.repeat(129), 'spaces in it', 'ümlaut-key']) {
      const headers = { 'idempotency-key': Buffer.from(bad, 'utf8').toString('latin1') };
      expect((await problemOf(await post('/v1/pipeline/run-daily', {}, headers))).code).toBe('bad_input');
    }
  });
});

describe('requests that are wrong', () => {
  it('name the unknown field, the malformed JSON, the media type and the size', async () => {
    const unknown = await problemOf(await post('/v1/pipeline/run-daily', { sessionDate: SESSION, force: true }));
    expect(unknown).toMatchObject({ status: 400, detail: expect.stringMatching(/force/) });
    const date = await problemOf(await post('/v1/pipeline/run-daily', { sessionDate: '27.02.2026' }));
    expect(date.errors?.[0]?.path).toBe('sessionDate');
    for (const body of ['{', '', '{"active":tru', '\u0000']) {
      expect(await problemOf(await post('/v1/kill', body)), body).toMatchObject({ status: 400, code: 'bad_input' });
    }
    expect((await problemOf(await post('/v1/kill', 'active=true', { 'content-type': 'text/plain' }))).status).toBe(415);
    const huge = await post('/v1/kill', { active: true, reason: 'x'.repeat(70_000) });
    expect(await problemOf(huge)).toMatchObject({ status: 413, detail: expect.stringMatching(/64 KiB/) });
  });

  it('without any body never reach the kill switch', async () => {
    for (const init of [{}, { headers: { 'content-type': 'application/json' } }, { body: new Uint8Array(0) }]) {
      const response = await call(admin, '/v1/kill', { method: 'POST', ...init });
      expect([400, 415]).toContain((await problemOf(response)).status);
    }
    expect(KillState.parse(await (await call(admin, '/v1/kill')).json()).active).toBe(false);
  });

  it('and unknown paths and methods are problems too', async () => {
    for (const [method, path] of [
      ['GET', '/v1/nothing'],
      ['DELETE', '/v1/me'],
      ['PUT', '/v1/kill'],
      ['GET', '/nothing'],
      ['GET', '/v1/../../etc/passwd'],
      ['GET', '/auth/v1/nothing'],
    ] as const) {
      expect((await problemOf(await call(pro, path, { method }))).status, path).toBe(404);
    }
  });

  it('damaged state is a fault of the server that says nothing of itself', async () => {
    const { items, objects } = served.embedded;
    const key = { table: 'product', pk: 'LATEST#NSE', sk: 'POINTER' } as const;
    const { rev: _rev, ...pointer } = (await items.get(key))!;
    const bad = await objects.put('snap', new TextEncoder().encode('{"secret-field":'), '.json');
    const wrong = await objects.put('snap', new TextEncoder().encode('{"secret-field":1}'), '.json');
    for (const body of [
      { ...pointer.body, revision: 'secret-field' },
      { ...pointer.body, snapshots: { basic: bad.key, pro: bad.key, elite: bad.key }, snapshotId: 'bad' },
      { ...pointer.body, snapshots: { basic: wrong.key, pro: wrong.key, elite: wrong.key }, snapshotId: 'wrong' },
    ]) {
      await items.put({ ...pointer, body });
      served.clock.advance(1000);
      const response = await call(pro, '/v1/signals/latest');
      const text = await response.text();
      expect(response.status).toBe(500);
      expect(text).not.toMatch(/secret|\.ts|node_modules|zod|JSON at|stack/i);
      expect(Problem.parse(JSON.parse(text)).detail).toMatch(/the operator finds the cause in the log/);
    }
    await items.put(pointer);
    served.clock.advance(1000);
    expect((await list()).revision).toBe(2);
  });
});

describe('runs', () => {
  it('are listed newest first and walked without a gap or a repeat', async () => {
    const { items } = served.embedded;
    for (let i = 0; i < 23; i++) await saveRun(items, run(`NSE-walk-${i}`, 1_780_000_000_000 + i));
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = `?limit=5${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page = RunPage.parse(await (await call(pro, `/v1/pipeline/runs${query}`)).json());
      ids.push(...page.runs.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null && ids.length < 100);
    expect(ids).toEqual(Array.from({ length: 23 }, (_, i) => `NSE-walk-${22 - i}`));
    expect((await problemOf(await call(pro, '/v1/pipeline/runs?cursor=never'))).status).toBe(422);
    expect((await problemOf(await call(pro, '/v1/pipeline/runs/NSE-unknown'))).status).toBe(404);
  });

  it('are started with who asked, and retried by their id', async () => {
    await post('/v1/pipeline/run-daily', { sessionDate: SESSION });
    expect(launcher.requests.at(-1)).toEqual({
      kind: 'daily',
      sessionDate: SESSION,
      actor: { kind: 'user', email: admin.email },
    });
    const retried = await post('/v1/pipeline/runs/NSE-walk-3/retry', '');
    expect(retried.status).toBe(202);
    expect(launcher.requests.at(-1)).toMatchObject({ kind: 'daily', sessionDate: SESSION, runId: 'NSE-walk-3' });
    expect((await post('/v1/pipeline/runs/NSE-unknown/retry', '')).status).toBe(404);
  });

  it('are not retried while one of their kind is under way', async () => {
    const { start } = launcher;
    launcher.start = async () => ({ runId: 'NSE-other', alreadyRunning: true });
    const problem = await problemOf(await post('/v1/pipeline/runs/NSE-walk-3/retry', ''));
    launcher.start = start;
    expect(problem).toMatchObject({ status: 409, detail: expect.stringMatching(/NSE-other is under way/) });
  });
});

describe('the kill switch over HTTP', () => {
  it('is turned on with an idempotency key while another process holds the state file', async () => {
    const holder = new DatabaseSync(served.embedded.state.path);
    holder.exec('BEGIN IMMEDIATE');
    try {
      const response = await post(
        '/v1/kill',
        { active: true, reason: 'a foreign lock' },
        { 'idempotency-key': 'a-key-of-a-client' },
      );
      expect(response.status).toBe(200);
      expect(KillState.parse(await response.json())).toMatchObject({ active: true, known: true });
      expect(KillState.parse(await (await call(admin, '/v1/kill')).json()).active).toBe(true);
    } finally {
      holder.exec('ROLLBACK');
      holder.close();
    }
    expect((await post('/v1/kill', { active: false, reason: 'the lock is gone' })).status).toBe(200);
  });

  it('is released by who saw the state that stands; who saw an older one is told, and a stop is never refused', async () => {
    const turn = (body: object): Promise<Response> => post('/v1/kill', { reason: 'a drill', ...body });
    const seen = KillState.parse(await (await turn({ active: true })).json()).at;
    served.clock.advance(1);
    const newer = KillState.parse(
      await (await turn({ active: true, reason: 'another found more', seenAt: seen })).json(),
    );
    for (const seenAt of [seen, null])
      expect(await problemOf(await turn({ active: false, seenAt }))).toMatchObject({
        status: 409,
        detail: expect.stringContaining('somebody changed the kill switch') as string,
      });
    expect(await (await call(admin, '/v1/kill')).json()).toMatchObject({ active: true, reason: 'another found more' });
    expect((await turn({ active: false, seenAt: 'yesterday' })).status).toBe(400);
    expect((await turn({ active: false, seenAt: newer.at })).status).toBe(200);
  });

  it('goes on and off with a reason, is audited each time and shows on every page of those who have orders', async () => {
    for (const active of [true, false]) {
      const state = KillState.parse(await (await post('/v1/kill', { active, reason: 'a drill' })).json());
      expect(state).toMatchObject({ active, reason: 'a drill', by: admin.email });
      const shown = async (caller: Member): Promise<boolean | null> =>
        MarketStatus.parse(await (await call(caller, '/v1/market/status')).json()).killed;
      const elite = await newMember(served, 'elite');
      expect(await Promise.all([admin, elite, pro].map(shown))).toEqual([active, active, null]);
      served.clock.advance(1);
    }
    const { items } = await served.embedded.items.query({ table: 'money', pk: 'AUDIT#kill' });
    const since = items.map(({ body }) => [body['active'], body['by'], body['reason']]);
    expect(since.slice(-2)).toEqual([
      [true, admin.email, 'a drill'],
      [false, admin.email, 'a drill'],
    ]);
    expect((await problemOf(await post('/v1/kill', { active: true, reason: '   ' }))).status).toBe(400);
  });
});

describe('every other JSON answer', () => {
  it('has the shape of its contract', async () => {
    for (const [path, schema] of [
      ['/v1/health', Health],
      ['/v1/me', Me],
      ['/v1/market/status', MarketStatus],
      ['/v1/pipeline/runs', RunPage],
      ['/v1/kill', KillState],
      ['/v1/admin/quarantine', QuarantinePage],
      ['/v1/admin/outbox', OutboxPage],
    ] as const) {
      const response = await call(admin, path);
      expect(response.status, path).toBe(200);
      expect(() => schema.parse(response), 'the schemas refuse what is not theirs').toThrow();
      schema.parse(await response.json());
      expect(response.headers.get('cache-control')).toMatch(/no-store|private/);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('the outbox is paged, and refuses a cursor that it never gave', async () => {
    for (let i = 0; i < 3; i++) {
      await fetch(`${served.api.url}/auth/v1/recover`, { method: 'POST', body: JSON.stringify({ email: pro.email }) });
    }
    const first = OutboxPage.parse(await (await call(admin, '/v1/admin/outbox?limit=2')).json());
    expect(first.messages).toHaveLength(2);
    const rest = OutboxPage.parse(
      await (await call(admin, `/v1/admin/outbox?limit=2&cursor=${first.nextCursor}`)).json(),
    );
    expect(rest).toMatchObject({ messages: [{ to: pro.email }], nextCursor: null });
    expect((await problemOf(await call(admin, '/v1/admin/outbox?cursor=%7B'))).status).toBe(422);
  });

  it('metrics count requests as Prometheus text', async () => {
    const response = await call(admin, '/v1/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toMatch(/aion_http_seconds_count\{method="GET",status="200"\} \d+/);
  });

  it('documentation is served from this machine alone', async () => {
    const page = await (await fetch(`${served.api.url}/v1/docs`)).text();
    expect(page).not.toMatch(/https?:\/\//);
    for (const [, path] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await fetch(served.api.url + path)).status, path).toBe(200);
    }
  });
});
