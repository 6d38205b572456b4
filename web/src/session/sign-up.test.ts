import { afterEach, expect, it, vi } from 'vitest';
import { POST as signUp } from '../app/session/sign-up/route.ts';
import { POST as verify } from '../app/session/verify/route.ts';

vi.mock('server-only', () => ({}));
afterEach(() => void vi.unstubAllGlobals());

function press(verb: string, body: object): Request {
  const headers = { host: 'localhost:3000', origin: 'http://localhost:3000', 'content-type': 'application/json' };
  return new Request(`http://localhost:3000/session/${verb}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

it('a sign-up takes no password from the page: the provider is given one that nobody knows', async () => {
  const given: string[] = [];
  vi.stubGlobal('fetch', async (_url: URL, { body }: RequestInit) => {
    given.push((JSON.parse(String(body)) as { password: string }).password);
    return Response.json({});
  });
  const ask = (body: object) => signUp(press('sign-up', body));
  expect((await ask({ email: 'victim@example.org', password: 'the attacker’s own' })).status).toBe(400);
  for (let i = 0; i < 2; i++) expect((await ask({ email: 'victim@example.org' })).status).toBe(200);
  expect(given).toHaveLength(2);
  expect(given[0]).not.toBe(given[1]);
  expect(given[0]!.length).toBeGreaterThan(40);
});

it.each([
  ['signup', true, 200],
  ['signup', false, 422],
  ['recovery', true, 200],
] as const)('a %s link, the password replaced: %s, is answered with %i', async (type, isTaken, status) => {
  const session = { access_token: 'a.b.c', refresh_token: 'r', expires_in: 3600, user: { email: 'v@example.org' } };
  const puts: unknown[] = [];
  vi.stubGlobal('fetch', async (url: URL, { method, body }: RequestInit) => {
    if (url.pathname === '/auth/v1/verify') return Response.json(session);
    puts.push([method, url.pathname, String(body).length > 40]);
    return isTaken ? Response.json({}) : Response.json({ error_code: 'weak_password', msg: 'no' }, { status: 422 });
  });
  const found = await verify(press('verify', { type, tokenHash: 'x' }));
  expect(found.status).toBe(status);
  expect(found.headers.getSetCookie()).toHaveLength(status === 200 ? 1 : 0);
  expect(puts).toEqual(type === 'signup' ? [['PUT', '/auth/v1/user', true]] : []);
});
