import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi, type ApiDeps } from '@aion/api';
import { Problem } from '@aion/contracts';
import { AppError, type ErrorCode, type Telemetry } from '@aion/core';
import { makeApiDeps } from '@aion/runtime/serving/api-deps';
import { publishCanaries, idOf } from './canary-run.ts';
import { newFolder, removeFolders } from './embedded-home.ts';
import { routeTable } from './route-table.ts';
import { newMember, serveHome, type ServedHome } from './served-home.ts';

const ARN = 'arn:aws:iam::123456789012:role/aion-prod-api';
const CANARY = /arn:aws|123456789012|SELECT \*|\/srv\/aion|AccessDenied|SQLITE|ENOENT|USR#/;
const WORDS = `AccessDenied for ${ARN}: SELECT * FROM items WHERE pk = 'USR#1' at /srv/aion/state.db (SQLITE_IOERR, ENOENT)`;
const CODES: readonly ErrorCode[] = [
  'bad_input',
  'not_found',
  'conflict',
  'unauthenticated',
  'forbidden',
  'too_large',
  'rate_limited',
  'outside_calendar',
  'missing_data',
  'model_refused',
  'lease_lost',
  'unavailable',
  'corrupt',
  'killed',
];

let served: ServedHome;
const logged: { fields: Readonly<Record<string, unknown>> | undefined }[] = [];
beforeAll(async () => {
  served = await serveHome(newFolder('words'), { environment: { AION_DEMO_ACCOUNTS: 'false' } });
  await publishCanaries(served.embedded, 7);
});
afterAll(async () => {
  await served.close();
  removeFolders();
});

/** A port whose every call throws, except where it must work for a request to get so far. */
function failing<T extends object>(port: T, fails: (name: string, key: unknown) => boolean, error: () => unknown): T {
  return new Proxy(port, {
    ownKeys: (target) => Reflect.ownKeys(target),
    get(target, name: string) {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== 'function') return member;
      return async (...given: unknown[]): Promise<unknown> => {
        if (fails(name, given[0])) throw error();
        return (member as (...all: unknown[]) => unknown).apply(target, given);
      };
    },
  });
}

/** The API over this home with ports that fail; the entitlement of the caller is still found. */
async function brokenApi(error: () => unknown, hostToo: boolean) {
  const { embedded } = served;
  const telemetry: Telemetry = { ...embedded.telemetry, log: (_level, _message, fields) => logged.push({ fields }) };
  const isCaller = (key: unknown): boolean => (key as { sk?: string }).sk === 'ENT';
  const items = failing(embedded.items, (_, key) => !isCaller(key), error);
  const objects = failing(embedded.objects, () => true, error);
  const fail = async (): Promise<never> => {
    throw error();
  };
  const nowS = Math.floor(embedded.clock.nowMs() / 1000);
  const admin = {
    userId: 'admin',
    email: 'admin@example.org',
    sessionId: 's',
    issuedAtS: nowS,
    expiresAtS: nowS + 600,
  };
  const base = await makeApiDeps(embedded, {
    verifyToken: async () => admin,
    sessionLives: async () => true,
    endSessions: fail,
    startRun: fail,
    receiveUpload: async () => ({ bytes: 1, sha256: 'x', import: fail, discard: async () => undefined }),
    reviewRow: fail,
    activeJobs: async () => new Set<never>(),
    listSources: fail,
    metricsText: fail,
    openDemo: fail,
    makeFirstAdmin: fail,
    healthChecks: fail,
  });
  const own: Partial<ApiDeps> = hostToo
    ? { listQuarantine: fail, listOutbox: fail, listImports: fail, lastBarDate: fail }
    : {};
  return createApi({ ...base, ...own, items, objects, telemetry });
}

const ROUTES = routeTable().map(([method, path]) => [method, path.replace('{id}', idOf(1))] as const);
const BODIES: Readonly<Record<string, unknown>> = {
  '/v1/demo/open': { secret: 'x'.repeat(40) },
  '/v1/first-admin': { secret: 'x'.repeat(40), email: 'a@example.org', password: 'a long password' },
  '/v1/session/end': { scope: 'local' },
  '/v1/kill': { active: true, reason: 'because' },
  '/v1/admin/quality/decisions': {
    code: 'jump',
    symbol: 'A',
    sessionDate: '2026-02-27',
    why: 'looked at',
    revoke: true,
  },
  '/v1/admin/actions': { symbol: 'A', exDate: '2026-02-27', kind: 'split', value: 2, why: 'circular', withdraw: false },
  '/v1/admin/quarantine/reviews': { entryId: 'x', file: 'a.csv', line: 2, decision: 'dismiss', why: 'wrong' },
};

async function answersOf(
  api: Awaited<ReturnType<typeof brokenApi>>,
): Promise<{ at: string; response: Response; text: string }[]> {
  const answers = [];
  for (const [method, path] of ROUTES) {
    const isUpload = path === '/v1/admin/bhavcopy';
    const init = {
      method,
      headers: {
        authorization: 'Bearer x',
        'content-type': isUpload ? 'application/octet-stream' : 'application/json',
        'idempotency-key': 'canary-key-1',
      },
      ...(method === 'POST' && { body: isUpload ? 'x' : JSON.stringify(BODIES[path] ?? {}) }),
    };
    const response = await api.request(isUpload ? `${path}?name=a.csv` : path, init);
    answers.push({ at: `${method} ${path}`, response, text: await response.text() });
  }
  return answers;
}
const wholeOf = ({ response, text }: { response: Response; text: string }): string =>
  [response.status, ...[...response.headers].map((pair) => pair.join(': ')), text].join('\n');

describe('what a failure inside tells', () => {
  beforeAll(async () => {
    const { saveEntitlement } = await import('@aion/accounts');
    const admin = { userId: 'admin', email: 'admin@example.org', tier: 'elite', role: 'admin' } as const;
    await saveEntitlement(served.embedded.items, { ...admin, source: 'admin', updatedMs: 0 });
  });

  it.each(CODES)('no route sends on what a port of storage says with the code %s', async (code) => {
    const api = await brokenApi(
      () => new AppError(code, WORDS, { context: { key: WORDS }, cause: new Error(WORDS) }),
      false,
    );
    for (const answer of await answersOf(api)) {
      // Host functions are use cases: with their own codes they speak to the caller, and are tested below.
      if (
        /run-|retry|imports|bhavcopy|reviews|sources|metrics|demo|first-admin|session|health|outbox|quarantine/.test(
          answer.at,
        )
      )
        continue;
      expect(wholeOf(answer), answer.at).not.toMatch(CANARY);
      expect(answer.response.status, answer.at).not.toBe(404);
    }
  });

  it.each([
    ['an error of the file system', () => Object.assign(new Error(WORDS), { code: 'ENOENT' })],
    ['an error of an SDK', () => Object.assign(new Error(WORDS), { name: 'AccessDeniedException', $metadata: {} })],
    ['a refusal to answer', () => new AppError('unavailable', WORDS, { retryable: true })],
    ['damage', () => new AppError('corrupt', WORDS)],
    ['a conflict of storage', () => new AppError('conflict', WORDS, { audience: 'operator' })],
  ])('no route sends on %s, whichever port or host function throws it', async (_, error) => {
    const api = await brokenApi(error, true);
    let failed = 0;
    for (const answer of await answersOf(api)) {
      expect(wholeOf(answer), answer.at).not.toMatch(CANARY);
      if (answer.response.status >= 500) failed++;
    }
    expect(failed + logged.length).toBeGreaterThan(10);
  });

  it('the operator finds the words in the log under the id that the caller was given', async () => {
    logged.length = 0;
    const api = await brokenApi(() => new AppError('unavailable', WORDS, { cause: new Error(`inner ${ARN}`) }), false);
    const headers = { authorization: 'Bearer x', 'x-request-id': 'chosen-by-the-client' };
    const response = await api.request('/v1/signals/latest', { headers });
    const problem = Problem.parse(await response.json());
    expect(response.status).toBe(503);
    expect(problem.correlationId).toBe(response.headers.get('x-request-id'));
    expect(problem.correlationId).not.toBe('chosen-by-the-client');
    const line = logged.find(({ fields }) => fields?.['correlationId'] === problem.correlationId);
    expect(line?.fields).toMatchObject({ path: '/v1/signals/latest', code: 'unavailable' });
    expect(JSON.stringify(line?.fields)).toMatch(/AccessDenied.*inner arn:aws/);
  });

  it('a refusal that a use case wrote for the caller still reaches them', async () => {
    const admin = await newMember(served, 'elite', 'admin');
    const headers = { authorization: `Bearer ${admin.token}` };
    const unknown = await fetch(`${served.api.url}/v1/admin/outbox?cursor=made-up`, { headers });
    expect(unknown.status).toBe(422);
    expect(Problem.parse(await unknown.json()).detail).toMatch(/the cursor is not one that this server gave/);
    expect(unknown.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
