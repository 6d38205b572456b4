import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { POST as goOn } from '../app/session/continue/route.ts';
import { POST as refuse } from '../app/session/refuse/route.ts';
import { POST as signOut } from '../app/session/sign-out/route.ts';
import { toCookie } from './cookie.ts';

vi.mock('server-only', () => ({}));

/** One session of an identity provider and of an API that know each other's, as on one machine. */
const server = { lives: true, answers: true, tokens: 0, valid: '', refresh: '' };
const NOW_S = Math.floor(Date.now() / 1000);
const json = (status: number, body: object): Response => Response.json(body, { status });

async function serve(input: URL | string, { body, headers }: RequestInit): Promise<Response> {
  const { pathname } = new URL(input);
  if (!server.answers) throw new TypeError('fetch failed');
  if (pathname === '/auth/v1/token') {
    const given = (JSON.parse(String(body)) as { refresh_token: string }).refresh_token;
    if (!server.lives || given !== server.refresh) return json(400, { error_code: 'refresh_token_not_found' });
    server.valid = `a.${++server.tokens}.c`;
    const tokens = { access_token: server.valid, refresh_token: `${given}-next`, expires_in: 3600 };
    return json(200, { ...tokens, user: { email: 'a@example.org' } });
  }
  const isKnown = server.lives && new Headers(headers).get('authorization') === `Bearer ${server.valid}`;
  if (!isKnown) {
    const problem = {
      type: 'urn:aion:problem:unauthenticated',
      title: 'Sign in',
      status: 401,
      code: 'unauthenticated',
    };
    return json(401, { ...problem, detail: 'sign in again' });
  }
  // The API and the provider each look for the session; the second finds it ended.
  server.lives = false;
  return new Response(null, { status: 204 });
}

beforeEach(() => {
  Object.assign(server, { lives: true, answers: true, valid: 'a.0.c', refresh: `refresh-${Math.random()}` });
  vi.stubEnv('AION_API_URL', 'http://127.0.0.1:1');
  vi.stubGlobal('fetch', serve);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function press(cookies: Record<string, string>): Request {
  const cookie = Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
  const headers = {
    host: 'localhost:3000',
    origin: 'http://localhost:3000',
    'content-type': 'application/json',
    cookie,
  };
  return new Request('http://localhost:3000/session/x', { method: 'POST', headers, body: '{}' });
}
const cookieOf = (accessToken: string, expiresAtS: number): string =>
  toCookie({ accessToken, refreshToken: server.refresh, expiresAtS });

describe('a sign-out', () => {
  it('ends the session, also after an hour idle, when the token of the cookie has expired', async () => {
    for (const [token, expiresAtS] of [
      ['a.0.c', NOW_S + 600],
      ['old.0.c', NOW_S - 600],
      ['old.0.c', NOW_S + 600],
    ] as const) {
      Object.assign(server, { lives: true, valid: 'a.0.c', refresh: `refresh-${token}-${expiresAtS}` });
      const out = await signOut(press({ 'aion-auth': cookieOf(token, expiresAtS) }));
      expect([out.status, server.lives]).toEqual([200, false]);
      expect(out.headers.getSetCookie()[0]).toMatch(/^aion-auth=; Max-Age=0/);
    }
  });

  it('that could not be completed says so, and forgets the session here', async () => {
    server.answers = false;
    const out = await signOut(press({ 'aion-auth': cookieOf('old.0.c', NOW_S - 600) }));
    expect(out.status).toBe(502);
    expect(await out.json()).toMatchObject({ code: 'session_stays' });
    expect(out.headers.getSetCookie()[0]).toMatch(/^aion-auth=; Max-Age=0/);
  });

  it('of a session that ended elsewhere is complete', async () => {
    server.lives = false;
    expect((await signOut(press({ 'aion-auth': cookieOf('old.0.c', NOW_S - 600) }))).status).toBe(200);
  });
});

describe('going on as the account of a link', () => {
  const pending = toCookie({ accessToken: 'p.p.p', refreshToken: 'p', expiresAtS: NOW_S + 600 });
  it('ends who was signed in before, also with an expired token', async () => {
    const on = await goOn(press({ 'aion-auth': cookieOf('old.0.c', NOW_S - 600), 'aion-pending': pending }));
    expect([on.status, server.lives]).toEqual([200, false]);
  });
  it('waits while that cannot be ended', async () => {
    server.answers = false;
    const on = await goOn(press({ 'aion-auth': cookieOf('old.0.c', NOW_S - 600), 'aion-pending': pending }));
    expect([on.status, on.headers.getSetCookie()]).toEqual([502, []]);
  });
});

describe('an account that whoever used its link says is not theirs', () => {
  const opened = () => ({ 'aion-auth': 'stays', 'aion-pending': cookieOf('a.0.c', NOW_S + 600) });
  it('is signed out at the server, and who is signed in here stays', async () => {
    const refused = await refuse(press(opened()));
    expect([refused.status, server.lives]).toEqual([200, false]);
    expect(refused.headers.getSetCookie()).toEqual([expect.stringMatching(/^aion-pending=; Max-Age=0/)]);
  });
  it('is asked for again while that cannot be done', async () => {
    server.answers = false;
    const refused = await refuse(press(opened()));
    expect([refused.status, refused.headers.getSetCookie()]).toEqual([502, []]);
  });
  it('needs no session that is there no more', async () => {
    expect((await refuse(press({}))).status).toBe(200);
  });
});
