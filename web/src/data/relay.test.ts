import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toCookie } from '../session/cookie.ts';
import { askApi } from '../session/ask-api.ts';
import { signIn } from '../session/identity.ts';
import { getKill } from './api.ts';
import { relay } from './relay.ts';

const SESSION = { accessToken: 'a.b.c', refreshToken: 'r', expiresAtS: 4_000_000_000 };
const from = new Headers({
  host: 'localhost:3000',
  'x-aion-viewer': '198.51.100.9',
  'x-aion-door': 'the secret of this start',
  cookie: `aion-auth=${toCookie(SESSION)}`,
});
vi.mock('server-only', () => ({}));
vi.mock('next/headers', () => ({ headers: () => Promise.resolve(from) }));

let asked: { path: string; headers: Headers }[] = [];
beforeEach(() => {
  asked = [];
  vi.stubEnv('AION_DOOR_SECRET', 'the secret of this start');
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.stubGlobal('fetch', (url: URL, init: RequestInit) => {
    asked.push({ path: url.pathname, headers: new Headers(init.headers) });
    return Promise.resolve(Response.json({}, { status: 500 }));
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('the relay', () => {
  it('tells an API that takes too long from one that is not there', async () => {
    const ask = async (code: string): Promise<unknown> => {
      const cause = Object.assign(new Error(code), { code });
      vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed', { cause })));
      return (await relay(new Request('http://localhost:3000/v1/me', { headers: from }))).json();
    };
    expect(await ask('UND_ERR_HEADERS_TIMEOUT')).toMatchObject({
      status: 504,
      code: 'api_slow',
      detail: expect.stringContaining('may go on') as string,
    });
    expect(await ask('ECONNREFUSED')).toMatchObject({ status: 502, code: 'api_unreachable' });
  });
});

describe('every request of the site to the product’s servers', () => {
  it('says whose it is: of a page, of the relay, of a session route and to the identity provider', async () => {
    await getKill();
    await relay(new Request('http://localhost:3000/v1/me', { headers: from }));
    await askApi(from, SESSION, '/v1/session/end', {});
    await signIn(from, 'a@example.org', 'a phrase');
    expect(asked.map(({ path }) => path)).toEqual(['/v1/kill', '/v1/me', '/v1/session/end', '/auth/v1/token']);
    for (const { path, headers } of asked)
      expect([headers.get('x-aion-viewer'), headers.get('x-aion-door')], path).toEqual([
        '198.51.100.9',
        'the secret of this start',
      ]);
  });

  it('says nothing to an identity provider that is a vendor’s: the secret is the product’s own', async () => {
    vi.stubEnv('AION_AUTH_URL', 'https://abcdefgh.supabase.co');
    await signIn(from, 'a@example.org', 'a phrase');
    expect(asked).toHaveLength(1);
    expect([...asked[0]!.headers.keys()].filter((name) => name.startsWith('x-aion'))).toEqual([]);
  });

  it('is not made for who came past the front of the site', async () => {
    for (const proof of [undefined, '', 'guessed', 'the secret of this star', 'the secret of this startt']) {
      const past = new Headers(from);
      past.delete('x-aion-door');
      if (proof !== undefined) past.set('x-aion-door', proof);
      expect((await relay(new Request('http://localhost:3000/v1/me', { headers: past }))).status).toBe(421);
    }
    expect(asked).toEqual([]);
  });
});
