import { createHash } from 'node:crypto';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSite, type Site } from './site.ts';

const DOOR = 'the secret of this start';
const UPLOAD_BYTES = 30 * 1024 * 1024;

/** A request with any target and any Host, which fetch does not send. */
function raw(
  base: string,
  path: string,
  host: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<{ status: number; headers: IncomingMessage['headers'] }> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const asked = request({ hostname, port, path, method, headers: { ...headers, host } }, (answer) => {
      answer.resume().on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

/** The way of a request from the browser's origin to the API, with an API that says what reached it. */
describe('the relay to the API', () => {
  let api: Server;
  let site: Site;
  let others: { readonly behind: Site; readonly demo: Site; readonly down: Site };
  let seen: IncomingMessage['headers'] = {};

  beforeAll(async () => {
    api = createServer(async (asked, response) => {
      seen = asked.headers;
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of asked) {
        hash.update(chunk as Buffer);
        bytes += (chunk as Buffer).length;
      }
      if (asked.url?.startsWith('/v1/unchanged') === true) response.writeHead(304, { etag: '"a"' }).end();
      else if (asked.url?.startsWith('/v1/moved') === true) response.writeHead(303, { location: '/login#x' }).end();
      else {
        response.writeHead(200, {
          'content-type': 'application/json',
          etag: '"b"',
          'cache-control': 'private, no-cache',
        });
        response.end(JSON.stringify({ url: asked.url, method: asked.method, bytes, sha256: hash.digest('hex') }));
      }
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => api.once('listening', resolve));
    const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    const nowhere = 'http://127.0.0.1:9';
    const started = await Promise.all([
      startSite(apiUrl, { AION_DOOR_SECRET: DOOR }),
      startSite(apiUrl, { AION_SITE_URL: 'https://aion.example', AION_DOOR_SECRET: DOOR }),
      startSite(nowhere, { AION_CLOSED_TO_PROXIES: 'true', AION_DOOR_SECRET: DOOR }),
      startSite(nowhere, { AION_DOOR_SECRET: DOOR }),
    ]);
    const [first, behind, demo, down] = started;
    site = first;
    others = { behind, demo, down };
  });
  afterAll(async () => {
    await Promise.all([site, ...Object.values(others ?? {})].map((each) => each?.close()));
    api.closeAllConnections();
    api.close();
  });

  it('puts the token of the cookie on, keeps the cookies, and believes no header of a stranger', async () => {
    const session = `${Math.floor(Date.now() / 1000) + 3600}~refresh~a.b.c`;
    const answer = await fetch(`${site.url}/v1/signals/latest?limit=5&cursor=a%2Fb`, {
      headers: {
        'if-none-match': '"x"',
        cookie: `other=1; aion-auth=${session}`,
        'x-forwarded-for': '1.2.3.4',
        'x-aion-viewer': '1.2.3.4',
        'x-aion-door': 'guessed',
      },
    });
    expect(await answer.json()).toMatchObject({ url: '/v1/signals/latest?limit=5&cursor=a%2Fb', method: 'GET' });
    expect(answer.headers.get('etag')).toBe('"b"');
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    expect(seen).toMatchObject({ authorization: 'Bearer a.b.c', 'if-none-match': '"x"', 'x-aion-viewer': '127.0.0.1' });
    expect(seen['x-aion-door']).toBe(DOOR);
    expect(seen.cookie).toBeUndefined();
    expect(seen['x-forwarded-for']).toBeUndefined();
  });

  it('says whose request a page is that the server draws', async () => {
    const session = `${Math.floor(Date.now() / 1000) + 3600}~refresh~a.b.c`;
    seen = {};
    await (await fetch(`${site.url}/account`, { headers: { cookie: `aion-auth=${session}` } })).text();
    expect(seen).toMatchObject({ 'x-aion-viewer': '127.0.0.1', 'x-aion-door': DOOR, authorization: 'Bearer a.b.c' });
  });

  it('lets a program use its own token, and no cookie beside it', async () => {
    await fetch(`${site.url}/v1/me`, { headers: { authorization: 'Bearer own', cookie: 'aion-auth=1~r~x' } });
    expect(seen.authorization).toBe('Bearer own');
    await fetch(`${site.url}/v1/me`, { headers: { cookie: 'aion-auth=base64-old' } });
    expect(seen.authorization).toBeUndefined();
  });

  it('takes a change from a page of this site only', async () => {
    const cookie = `aion-auth=${Math.floor(Date.now() / 1000) + 3600}~refresh~a.b.c`;
    const change = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${site.url}/v1/kill`, { method: 'POST', body: '{}', headers })).status;
    const other = 'http://127.0.0.1:3399';
    expect(await change({ cookie, origin: site.url, 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await change({ cookie, origin: site.url })).toBe(200);
    expect(await change({ authorization: 'Bearer own' })).toBe(200);
    seen = {};
    for (const headers of [
      { cookie },
      { cookie, origin: other },
      { cookie, origin: 'null' },
      { cookie, origin: other, 'sec-fetch-site': 'same-site' },
      { cookie, origin: site.url, 'sec-fetch-site': 'cross-site' },
      { cookie, 'sec-fetch-site': 'none' },
      { cookie, authorization: 'Bearer own' },
      {},
    ] as Record<string, string>[])
      expect(await change(headers), JSON.stringify(headers)).toBe(403);
    expect(seen).toEqual({});
    for (const verb of ['sign-in', 'sign-up', 'recover', 'verify', 'continue', 'password', 'sign-out']) {
      const forged = await fetch(`${site.url}/session/${verb}`, {
        method: 'POST',
        headers: { cookie, origin: other, 'content-type': 'application/json' },
        body: '{}',
      });
      expect(forged.status, verb).toBe(403);
    }
  });

  it('answers to no other name, on any path, and puts the security headers on every answer', async () => {
    const paths = [
      '/',
      '/login',
      '/v1/me',
      '/session/sign-in',
      '/icon.svg',
      '/icon.svgx',
      '/_next/static/nothing.js',
      '/nothing',
      '/%E0%A4%A',
      '/v1/%E0%A4%A',
    ];
    for (const path of paths) {
      const strange = await raw(site.url, path, 'evil.example');
      expect([strange.status, path]).toEqual([421, path]);
      const own = await raw(site.url, path, new URL(site.url).host);
      expect([own.status === 421, own.status >= 500, path]).toEqual([false, false, path]);
      for (const { headers } of [strange, own]) {
        expect(headers, path).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
        expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'");
        expect(headers['referrer-policy'], path).toBeDefined();
      }
    }
    expect((await raw(site.url, 'http://evil.example/login', new URL(site.url).host)).status).toBe(421);
  });

  it('behind a proxy its cookies are bound to https and to the host, its answers say HSTS, and a demo refuses the proxy', async () => {
    const { behind, demo } = others;
    const through = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7', 'x-forwarded-proto': 'https' };
    const session = `${Math.floor(Date.now() / 1000) + 3600}~refresh~a.b.c`;
    const headers = { ...through, cookie: `__Host-aion=${session}` };
    const page = await raw(behind.url, '/v1/me', 'aion.example', headers);
    expect(page.headers['strict-transport-security']).toMatch(/max-age=31536000/);
    expect(seen).toMatchObject({ authorization: 'Bearer a.b.c', 'x-aion-viewer': '198.51.100.7' });
    const asked = { ...headers, origin: 'https://aion.example', 'content-type': 'application/json' };
    const out = await raw(behind.url, '/session/sign-out', 'aion.example', asked, '{}');
    expect(out.status).toBe(200);
    const [cookie] = [out.headers['set-cookie'] ?? []].flat();
    expect(cookie).toBe('__Host-aion=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure');
    for (const path of ['/login', '/v1/me', '/icon.svg'])
      expect((await raw(demo.url, path, 'localhost', through)).status, path).toBe(421);
    expect((await raw(demo.url, '/icon.svg', 'localhost')).status).toBe(200);
  });

  it('carries an upload of 30 MiB whole', async () => {
    const body = Buffer.alloc(UPLOAD_BYTES, 'aion');
    const answer = await fetch(`${site.url}/v1/admin/bhavcopy?name=a.csv`, {
      method: 'POST',
      body,
      headers: { authorization: 'Bearer own' },
    });
    expect(await answer.json()).toMatchObject({
      method: 'POST',
      bytes: UPLOAD_BYTES,
      sha256: createHash('sha256').update(body).digest('hex'),
    });
  });

  it('takes no body for a page, and one of a session route only as far as its limit', async () => {
    const host = new URL(site.url).host;
    const large = 'x'.repeat(4 * 1024 * 1024);
    const own = { origin: site.url, 'content-type': 'application/json' };
    for (const path of ['/login', '/nothing', '/icon.svg', '/icon.svgx']) {
      const { status } = await raw(site.url, path, host);
      expect((await raw(site.url, path, host, { ...own, 'next-action': 'a'.repeat(42) }, large)).status, path).toBe(
        status,
      );
    }
    for (const headers of [own, { ...own, 'transfer-encoding': 'chunked' }])
      expect((await raw(site.url, '/session/sign-in', host, headers, large)).status).toBe(413);
  });

  it('gives back "unchanged" and redirects as they are', async () => {
    const unchanged = await fetch(`${site.url}/v1/unchanged`);
    expect([unchanged.status, unchanged.headers.get('etag')]).toEqual([304, '"a"']);
    const redirect = await fetch(`${site.url}/v1/moved`, { redirect: 'manual' });
    expect([redirect.status, redirect.headers.get('location')]).toEqual([303, '/login#x']);
  });

  it('reaches nothing of the API but /v1', async () => {
    for (const path of [
      '/internal',
      '/v1/../internal',
      '/v1/%2e%2e/internal',
      '/v2/x',
      '/auth/admin',
      '/auth/v1/token',
      '/auth/v1/settings',
    ]) {
      const answer = await fetch(site.url + path, { redirect: 'manual' });
      const text = await answer.text();
      expect(text.includes('"url":"/internal"'), path).toBe(false);
      expect(answer.status === 404 || answer.status === 307, `${path} ${answer.status}`).toBe(true);
    }
  });

  it('is served by sites that started at once, each on a port of its own', () => {
    expect(new Set([site, ...Object.values(others)].map(({ url }) => url)).size).toBe(4);
  });

  it('says that the API is down, as a problem the pages understand', async () => {
    const answer = await fetch(`${others.down.url}/v1/me`);
    expect(answer.status).toBe(502);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ code: 'api_unreachable', status: 502 });
  });
});
