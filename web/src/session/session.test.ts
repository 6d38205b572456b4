import { afterEach, describe, expect, it, vi } from 'vitest';
import fc from 'fast-check';
import { cookieName, emailOf, fromCookie, readCookie, setCookie, toCookie } from './cookie.ts';
import { isFromThisSite } from './same-origin.ts';
import { isForThisSite, isSecure, lacksHttps } from './where.ts';

const SESSION = { accessToken: 'aaa.bbb.ccc', refreshToken: 'r-_1', expiresAtS: 1_800_000_000 };
afterEach(() => vi.unstubAllEnvs());

describe('the cookie of a session', () => {
  it('holds the session, and nothing else is one', () => {
    expect(fromCookie(toCookie(SESSION))).toEqual(SESSION);
    for (const value of ['', undefined, 'base64-eyJ', 'a~b', '1~~c', '1~r~', '1~r~a~b', 'x~r~a', '-1~r~a'])
      expect(fromCookie(value), String(value)).toBeNull();
    const text = fc.stringMatching(/^[\w.-]{1,40}$/);
    fc.assert(
      fc.property(text, text, fc.nat(), (accessToken, refreshToken, expiresAtS) => {
        const session = { accessToken, refreshToken, expiresAtS };
        expect(fromCookie(readCookie(`a=1; aion-auth=${toCookie(session)}; b=2`, 'aion-auth'))).toEqual(session);
      }),
    );
  });

  it('is not made of what a browser would drop or cut into pieces', () => {
    for (const refreshToken of ['a;b', 'a b', 'a~b', 'a\r\nset-cookie: x', 'r'.repeat(4000), ''])
      expect(() => toCookie({ ...SESSION, refreshToken }), refreshToken.slice(0, 20)).toThrow(
        /none that a browser keeps/,
      );
  });

  it('is for this host over https alone, for no script, for thirty days; on loopback without https', () => {
    expect(setCookie('session', 'v', true)).toBe(
      '__Host-aion=v; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax; Secure',
    );
    expect(setCookie('session', 'v', false)).toBe('aion-auth=v; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax');
    expect(setCookie('pending', null, true)).toMatch(/^__Host-aion-pending=; Max-Age=0;.*Secure$/);
    expect(readCookie('x__Host-aion=1; __Host-aion = 2', cookieName('session', true))).toBe('2');
    expect(readCookie(null, 'a')).toBeUndefined();
  });

  it('tells the address of its own token, and of garbage none', () => {
    const part = Buffer.from(JSON.stringify({ email: 'a@b.example' })).toString('base64url');
    expect(emailOf({ ...SESSION, accessToken: `x.${part}.y` })).toBe('a@b.example');
    for (const accessToken of ['x', 'x.e30.y', 'x.bnVsbA.y', 'x.!!!.y'])
      expect(emailOf({ ...SESSION, accessToken })).toBeNull();
  });
});

describe('a change', () => {
  const from = (headers: Record<string, string>) => isFromThisSite(new Headers({ host: 'aion.example', ...headers }));
  it('comes from a page of this site, by what the browser says', () => {
    expect(from({ origin: 'https://aion.example', 'sec-fetch-site': 'same-origin', cookie: 'a=1' })).toBe(true);
    expect(from({ origin: 'https://aion.example', cookie: 'a=1' })).toBe(true);
    expect(from({ authorization: 'Bearer x' })).toBe(true);
  });
  it.each([
    { origin: 'https://evil.example', cookie: 'a=1' },
    { origin: 'https://aion.example:8443', cookie: 'a=1' },
    { origin: 'https://aion.example.evil.example', cookie: 'a=1' },
    { origin: 'null', cookie: 'a=1' },
    { origin: 'https://aion.example', 'sec-fetch-site': 'same-site', cookie: 'a=1' },
    { origin: 'https://aion.example', 'sec-fetch-site': 'cross-site', authorization: 'Bearer x' },
    { 'sec-fetch-site': 'none', cookie: 'a=1' },
    { cookie: 'a=1' },
    { cookie: 'a=1', authorization: 'Bearer x' },
    {},
  ])('of another origin, or of none that is said, is refused: %j', (headers) => {
    expect(from(headers as Record<string, string>)).toBe(false);
  });
});

describe('where the site is reached', () => {
  const at = (host: string) => new Headers({ host });
  it('decides whether cookies need https, and whether the site has it', () => {
    expect([isSecure(at('localhost:3000')), isSecure(at('aion.example')), isSecure(at('192.168.1.2'))]).toEqual([
      false,
      true,
      true,
    ]);
    expect([lacksHttps(at('127.0.0.1')), lacksHttps(at('192.168.1.2'))]).toEqual([false, true]);
    vi.stubEnv('AION_SITE_URL', 'https://aion.example');
    expect(lacksHttps(at('aion.example'))).toBe(false);
  });
  it('has https on AWS whatever its address is, and elsewhere by its address alone', () => {
    vi.stubEnv('AION_SITE_URL', 'http://localhost:3000');
    vi.stubEnv('AION_LOOPBACK', 'false');
    expect(lacksHttps(at('d1.cloudfront.net'))).toBe(true);
    vi.stubEnv('AION_HTTPS', 'true');
    expect(lacksHttps(at('d1.cloudfront.net'))).toBe(false);
  });
  it('is by its own names alone', () => {
    vi.stubEnv('AION_SITE_URL', 'https://aion.example');
    vi.stubEnv('AION_ALLOWED_HOSTS', 'www.aion.example,.cloudfront.net');
    for (const host of ['aion.example', 'www.aion.example', 'd1.cloudfront.net', 'localhost:3000'])
      expect(isForThisSite(at(host)), host).toBe(true);
    vi.stubEnv('AION_LOOPBACK', 'false');
    for (const host of ['evil.example', 'localhost:3000', 'aion.example.evil.example'])
      expect(isForThisSite(at(host)), host).toBe(false);
  });
});
