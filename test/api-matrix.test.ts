import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '@aion/contracts';
import { saveRun } from '@aion/pipeline';
import { saveProfile } from '@aion/jobs';
import { idOf, publishCanaries, SESSION, TOP } from './canary-run.ts';
import { newFolder, removeFolders } from './embedded-home.ts';
import { forgeTokens } from './forged-tokens.ts';
import { routeTable } from './route-table.ts';
import { runRecord } from './run-record.ts';
import { newMember, serveHome, type Member, type ServedHome } from './served-home.ts';

const CALLERS = ['nobody', 'stranger', 'basic', 'pro', 'elite', 'admin'] as const;
type CallerName = (typeof CALLERS)[number];
type Row = readonly [nobody: number, stranger: number, basic: number, pro: number, elite: number, admin: number];

/** Answers to: no token · a token of someone without an account · basic · pro · elite · an admin. */
const ALL: Row = [200, 200, 200, 200, 200, 200];
const MEMBERS: Row = [401, 403, 200, 200, 200, 200];
const PRO: Row = [401, 403, 403, 200, 200, 200];
/** As if it were not there, but for those who have orders, or run the product. */
const ELITE: Row = [401, 403, 404, 404, 200, 200];
const admins = (status: number): Row => [401, 403, 404, 404, 404, status];

interface Expectation {
  readonly row: Row;
  /** What goes in place of `{id}`. */
  readonly id?: string;
  readonly query?: string;
  readonly body?: unknown;
}

const kill = { active: false, reason: 'a drill' };
const action = { symbol: 'A', exDate: SESSION, kind: 'split', value: 2, why: 'circular 7', withdraw: false };
const review = { entryId: 'x', file: 'a.csv', line: 2, decision: 'dismiss', why: 'it is wrong' };
const decision = { code: 'jump', symbol: 'A', sessionDate: SESSION, why: 'looked at', revoke: true };
const RUN = 'NSE-20260227-daily-0badcafe';

/** Every route of the API: one that is new fails this test until someone has said who may call it. */
const EXPECTED: Readonly<Record<string, Expectation | readonly Expectation[]>> = {
  'GET /v1/health': { row: ALL },
  'GET /v1/health/live': { row: ALL },
  // Whoever has the secret of a start may, whoever they are: this home has neither demo nor a secret left.
  'POST /v1/demo/open': { row: Array<number>(6).fill(404) as unknown as Row, body: { secret: 'x'.repeat(43) } },
  'POST /v1/first-admin': {
    row: Array<number>(6).fill(403) as unknown as Row,
    body: { secret: 'x'.repeat(43), email: 'a@example.org', password: 'a long password' },
  },
  'POST /v1/session/end': { row: [401, 403, 204, 204, 204, 204], body: { scope: 'others' } },
  'POST /v1/live/ticket': { row: MEMBERS },
  'GET /v1/me': { row: MEMBERS },
  'GET /v1/market/status': { row: MEMBERS },
  'GET /v1/signals/latest': { row: MEMBERS },
  'GET /v1/signals/export.csv': { row: PRO },
  'GET /v1/signals/{id}': [
    { row: MEMBERS, id: idOf(1) },
    // What a tier does not have is to it as if it did not exist.
    { row: [401, 403, 404, 200, 200, 200], id: idOf(TOP + 1) },
    { row: [401, 403, 404, 404, 404, 404], id: 'aaaaaaaaaaaaaaaa' },
  ],
  'GET /v1/scans': { row: [401, 403, 404, 404, 404, 404] },
  'GET /v1/scans/{id}': { row: [401, 403, 404, 404, 404, 404], id: 'x' },
  'GET /v1/scans/{id}/export.csv': { row: [401, 403, 403, 404, 404, 404], id: 'x' },
  'POST /v1/pipeline/run-daily': { row: admins(202), body: {} },
  'POST /v1/pipeline/run-hourly': { row: admins(202), body: {} },
  'POST /v1/pipeline/runs/{id}/retry': { row: admins(202), id: RUN },
  'GET /v1/pipeline/runs': { row: MEMBERS },
  'GET /v1/pipeline/runs/{id}': { row: MEMBERS, id: RUN },
  'GET /v1/kill': { row: ELITE },
  'POST /v1/kill': { row: admins(200), body: kill },
  'GET /v1/admin/health': { row: admins(200) },
  'GET /v1/admin/quarantine': { row: admins(200) },
  // Past the gate: no entry has such a name.
  'POST /v1/admin/quarantine/reviews': { row: admins(400), body: review },
  // Past the gate: the body lacks what it needs.
  'POST /v1/admin/views': { row: admins(400), body: {} },
  'POST /v1/admin/views/end': { row: admins(400), body: {} },
  'POST /v1/admin/bhavcopy': { row: admins(422), query: '?name=a.csv' },
  'GET /v1/admin/imports': { row: admins(200) },
  'GET /v1/admin/outbox': { row: admins(200) },
  'GET /v1/admin/quality': { row: admins(200) },
  // Past the gate: this report has no such finding.
  'POST /v1/admin/quality/decisions': { row: admins(422), body: decision },
  'GET /v1/admin/actions': { row: admins(200) },
  'POST /v1/admin/actions': { row: admins(200), body: action },
  'GET /v1/admin/jobs': { row: admins(200) },
  'GET /v1/admin/freshness': { row: admins(200) },
  'GET /v1/admin/sources': { row: admins(200) },
  'GET /v1/metrics': { row: admins(200) },
};

const ROUTES = routeTable().map((route) => route.join(' '));

let served: ServedHome;
let tokens: Readonly<Record<CallerName, string | undefined>>;
const members: Partial<Record<CallerName, Member>> = {};
beforeAll(async () => {
  served = await serveHome(newFolder('matrix'), { environment: { AION_DEMO_ACCOUNTS: 'false' } });
  // A frozen clock owes no run.
  await saveProfile(served.embedded.items, { simulated: true, asOfMs: Date.UTC(2026, 1, 27, 14) });
  await publishCanaries(served.embedded, 7);
  await saveRun(
    served.embedded.items,
    runRecord({ id: RUN, startedMs: 1_772_000_000_000, finishedMs: 1_772_000_001_000 }),
  );
  for (const tier of ['basic', 'pro', 'elite'] as const) members[tier] = await newMember(served, tier);
  members.admin = await newMember(served, 'elite', 'admin');
  const { signingKey } = served.embedded.secrets;
  const stranger = forgeTokens(signingKey, 'aion-embedded', 'nobody-knows', served.clock.nowMs()).good;
  tokens = {
    nobody: undefined,
    stranger,
    basic: members.basic!.token,
    pro: members.pro!.token,
    elite: members.elite!.token,
    admin: members.admin.token,
  };
});
afterAll(async () => {
  await served.close();
  removeFolders();
});

function call(route: string, { id, query = '', body }: Expectation, caller: CallerName): Promise<Response> {
  const [method = '', path = ''] = route.split(' ');
  const token = tokens[caller];
  return fetch(`${served.api.url}${path.replace('{id}', id ?? '')}${query}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
const expectationsOf = (route: string): readonly Expectation[] => [EXPECTED[route] ?? []].flat();

describe('route × role × tier × owner', () => {
  it('has an expectation for every route of the program, and for no other', () => {
    expect(Object.keys(EXPECTED).toSorted()).toEqual(ROUTES.toSorted());
  });

  it.each(ROUTES)('%s answers each caller as expected', async (route) => {
    for (const expectation of expectationsOf(route)) {
      const answered: Record<string, number> = {};
      for (const caller of CALLERS) {
        const response = await call(route, expectation, caller);
        answered[caller] = response.status;
        await response.arrayBuffer();
      }
      const expected = Object.fromEntries(CALLERS.map((caller, i) => [caller, expectation.row[i]]));
      expect(answered, expectation.id).toEqual(expected);
    }
  });

  it.each(ROUTES.filter((route) => expectationsOf(route).some(({ row }) => row[2] === 404)))(
    '%s hides what a member may not have behind the words of what is not there',
    async (route) => {
      for (const expectation of expectationsOf(route).filter(({ row }) => row[2] === 404)) {
        const response = await call(route, expectation, 'basic');
        const problem = Problem.parse(await response.json());
        expect(problem).toMatchObject({ status: 404, code: 'not_found', title: 'Not found' });
        expect(problem.detail).not.toMatch(/admin only|elite|upgrade|not allowed|forbidden/i);
      }
    },
  );

  it('opens to an admin what is the operator’s, and not what is paid for', async () => {
    const { token } = await newMember(served, 'basic', 'admin');
    const get = (path: string): Promise<Response> =>
      fetch(served.api.url + path, { headers: { authorization: `Bearer ${token}` } });
    expect((await get('/v1/admin/outbox')).status).toBe(200);
    expect((await get('/v1/signals/export.csv')).status).toBe(403);
    expect((await get(`/v1/signals/${idOf(TOP + 1)}`)).status).toBe(404);
  });

  it('says of the caller only what is theirs', async () => {
    for (const name of ['basic', 'pro', 'elite', 'admin'] as const) {
      const text = await (await call('GET /v1/me', { row: MEMBERS }, name)).text();
      expect(text).toContain(members[name]!.email);
      for (const other of Object.values(members)) if (other !== members[name]) expect(text).not.toContain(other.userId);
    }
  });

  it('keeps the answers of writes apart by user: another’s Idempotency-Key opens nothing', async () => {
    const other = await newMember(served, 'elite', 'admin');
    const send = (token: string, reason: string): Promise<Response> =>
      fetch(`${served.api.url}/v1/kill`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': 'the-same-key-1',
        },
        body: JSON.stringify({ active: false, reason }),
      });
    const first = (await (await send(tokens.admin!, 'of the first')).json()) as { by: string };
    const second = (await (await send(other.token, 'of the second')).json()) as { by: string; reason: string };
    expect(first.by).toBe(members.admin!.email);
    expect(second).toMatchObject({ by: other.email, reason: 'of the second' });
  });
});
