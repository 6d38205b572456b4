import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import RootLayout from '../app/layout.tsx';
import { toCookie } from '../session/cookie.ts';
import { askApi } from '../session/ask-api.ts';
import { signIn } from '../session/identity.ts';
import { cameThroughDoor } from '../session/viewer.ts';
import { getKill } from './api.ts';
import { fetchFor } from './fetch-for.ts';
import { relay } from './relay.ts';

const SESSION = { accessToken: 'a.b.c', refreshToken: 'r', expiresAtS: 4_000_000_000 };
const SECRET = 'the secret of this start';
const through = new Headers({
  host: 'localhost:3000',
  'x-aion-viewer': '198.51.100.9',
  'x-aion-door': SECRET,
  cookie: `aion-auth=${toCookie(SESSION)}`,
});
/** What a stranger sends who found the address of the site's own function: whatever they like, but the secret. */
const past = [undefined, '', 'guessed', SECRET.slice(1), SECRET.slice(0, -1), `${SECRET}t`].map((proof) => {
  const headers = new Headers(through);
  headers.delete('x-aion-door');
  if (proof !== undefined) headers.set('x-aion-door', proof);
  return headers;
});
let from = through;
vi.mock('server-only', () => ({}));
vi.mock('next/headers', () => ({
  headers: () => Promise.resolve(from),
  cookies: () => Promise.resolve({ get: () => undefined }),
}));

let asked: { path: string; headers: Headers }[] = [];
beforeEach(() => {
  asked = [];
  from = through;
  vi.stubEnv('AION_DOOR_SECRET', SECRET);
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

  it('follows no redirect unless it is told to: the proof would go along', async () => {
    const modes: (string | undefined)[] = [];
    vi.stubGlobal('fetch', (_url: URL, init: RequestInit) => {
      modes.push(init.redirect);
      return Promise.resolve(Response.json({}));
    });
    const to = new URL('http://127.0.0.1:1/v1/me');
    await fetchFor(through, to, { headers: new Headers() });
    await fetchFor(through, to, { headers: new Headers(), redirect: 'manual' });
    expect(modes).toEqual(['error', 'manual']);
  });
});

describe('a request that came past the front of the site', () => {
  const page = async (): Promise<string> =>
    renderToStaticMarkup(await RootLayout({ children: 'what stands on the page' }));

  it('asks nothing of the API or of the identity provider, on whatever way', async () => {
    for (from of past) {
      await getKill();
      expect((await relay(new Request('http://localhost:3000/v1/me', { headers: from }))).status).toBe(421);
      await askApi(from, SESSION, '/v1/session/end', {});
      await signIn(from, 'a@example.org', 'a phrase');
    }
    expect(asked).toEqual([]);
  });

  it('is shown no page, also where the proxy took its path for none of its own', async () => {
    expect(await page()).toContain('what stands on the page');
    for (from of past) {
      expect(await page()).not.toContain('what stands on the page');
      expect(await page()).toContain('This site answers at its own address alone.');
    }
  });

  it('is every request to a built site that was given no secret', () => {
    vi.stubEnv('AION_DOOR_SECRET', '');
    expect(past.map(cameThroughDoor)).not.toContain(false);
    vi.stubEnv('NODE_ENV', 'production');
    expect([...past, through].map(cameThroughDoor)).not.toContain(true);
  });
});
