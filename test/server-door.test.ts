import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadEntitlement } from '@aion/accounts';
import { makeUsers } from '@aion/adapters/gotrue/users';
import { DemoLogins, Problem } from '@aion/contracts';
import { queryAll } from '@aion/core';
import { saveProfile } from '@aion/jobs';
import { misdirectedEvent } from '@aion/runtime/cloud/api-function';
import { newFolder, removeFolders } from './embedded-home.ts';
import { newMember, serveHome, type ServedHome } from './served-home.ts';

let demo: ServedHome;
beforeAll(async () => {
  demo = await serveHome(newFolder('door'), { simulated: true });
});
afterAll(async () => {
  await demo.close();
  removeFolders();
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/** A request as another client than fetch can send it: any Host, any target. */
function send(
  at: ServedHome,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(at.api.url);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        hostname,
        port,
        path,
        method: options.method ?? 'GET',
        headers: { host: `${hostname}:${port}`, ...options.headers },
      },
      (response) => {
        let text = '';
        response.on('data', (bytes: Buffer) => (text += bytes.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    asked.once('error', reject);
    asked.end(options.body);
  });
}

const PATHS = [
  '/v1/health',
  '/v1/me',
  '/v1/docs',
  '/v1/openapi.json',
  '/auth/v1/health',
  '/auth/v1/.well-known/jwks.json',
];
const post = (at: ServedHome, path: string, body: object): Promise<Answer> =>
  send(at, path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe('the door of the API', () => {
  it('is shut to every other name, on every path, before anything is looked at', async () => {
    for (const path of PATHS) {
      for (const host of ['evil.example', 'rebind.evil.example:4100', '127.0.0.1.nip.io', 'localhost.evil.example']) {
        const { status, text, headers } = await send(demo, path, { headers: { host } });
        expect([status, path], host).toEqual([421, path]);
        const problem = Problem.parse(JSON.parse(text));
        expect(problem.code).toBe('misdirected');
        expect(problem.correlationId).toMatch(/^[\da-f-]{36}$/);
        expect(headers['x-request-id']).toBe(problem.correlationId);
      }
      expect((await send(demo, path, { headers: { host: 'localhost' } })).status, path).not.toBe(421);
    }
    expect((await send(demo, 'http://evil.example/v1/health')).status).toBe(421);
  });

  it('is shut to what came through a proxy while the demo is on, and only then', async () => {
    const through = { headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'aion.example' } };
    expect((await send(demo, '/v1/health', through)).status).toBe(421);
    const environment = { AION_SITE_URL: 'https://aion.example', AION_ALLOWED_HOSTS: 'api.example' };
    const open = await serveHome(newFolder('door-proxy'), { simulated: true, environment });
    for (const host of ['aion.example', 'api.example', 'localhost'])
      expect((await send(open, '/v1/health', { headers: { ...through.headers, host } })).status, host).toBe(200);
    expect((await send(open, '/v1/health', { headers: { host: 'evil.example' } })).status).toBe(421);
    expect((await send(open, '/v1/health')).headers['strict-transport-security']).toMatch(/max-age=31536000/);
    await open.close();
  });

  it('lets no page of another site or port do anything, such as guess passwords from a reader’s machine', async () => {
    const guess = (site: string | undefined): Promise<Answer> =>
      send(demo, '/auth/v1/token?grant_type=password', {
        method: 'POST',
        headers: site === undefined ? {} : { 'sec-fetch-site': site },
        body: JSON.stringify({ email: 'nobody@example.org', password: 'a guess' }),
      });
    for (const site of ['cross-site', 'same-site']) expect((await guess(site)).status, site).toBe(403);
    for (const site of [undefined, 'same-origin', 'none']) expect((await guess(site)).status, site).toBe(400);
    expect((await send(demo, '/v1/health', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200);
  });

  it('puts the headers that keep a page from being framed or guessed on every answer, the documentation too', async () => {
    for (const path of [...PATHS, '/v1/docs/swagger-ui.css', '/v1/nothing', '/nothing', '/auth/v1/nothing']) {
      const { headers } = await send(demo, path);
      expect(headers, path).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
      expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'");
      expect(headers['referrer-policy'], path).toBe('no-referrer');
    }
  });
});

describe('the accounts of a demo', () => {
  it('are handed out by no route without the secret that the terminal shows, and with it once', async () => {
    expect((await send(demo, '/v1/demo/logins')).status).toBe(401);
    expect((await post(demo, '/v1/demo/open', { secret: 'x'.repeat(43) })).status).toBe(403);
    expect((await post(demo, '/v1/demo/open', { secret: '' })).status).toBe(400);
    const secret = demo.api.secrets.demo!;
    const opened = await post(demo, '/v1/demo/open', { secret });
    expect(DemoLogins.parse(JSON.parse(opened.text))).toEqual(demo.api.demo);
    expect((await post(demo, '/v1/demo/open', { secret })).status).toBe(403);
    const items = await queryAll(demo.embedded.items, { table: 'ephemeral', pk: `ONCE#demo#${secret}` });
    expect(items).toEqual([]);
    expect(demo.api.secrets.firstAdmin).toBeNull();
  });

  it('are opened by no secret after an hour, nor once real data have come in', async () => {
    const late = await serveHome(newFolder('door-late'), { simulated: true });
    late.clock.advance(3_601_000);
    expect((await post(late, '/v1/demo/open', { secret: late.api.secrets.demo! })).status).toBe(403);
    await late.close();
    const real = await serveHome(newFolder('door-real'), { simulated: true });
    await saveProfile(real.embedded.items, { simulated: false, asOfMs: null });
    expect((await post(real, '/v1/demo/open', { secret: real.api.secrets.demo! })).status).toBe(404);
    await real.close();
  });
});

describe('the first administrator', () => {
  const asked = { email: 'Owner@Example.org', password: 'a long password' };

  it('of a home with real data is named by a link of its start, once, and the account is audited', async () => {
    const real = await serveHome(newFolder('first-admin'));
    const secret = real.api.secrets.firstAdmin!;
    expect([real.api.demo, real.api.secrets.demo]).toEqual([null, null]);
    // A password that is too short does not use the link up.
    expect((await post(real, '/v1/first-admin', { ...asked, password: 'short', secret })).status).toBe(400);
    expect((await post(real, '/v1/first-admin', { ...asked, secret: 'x'.repeat(43) })).status).toBe(403);
    expect((await post(real, '/v1/first-admin', { ...asked, secret })).status).toBe(204);
    expect((await post(real, '/v1/first-admin', { ...asked, secret })).status).toBe(403);
    const users = makeUsers(real.embedded.items, real.clock);
    const { id } = await users.checkPassword('owner@example.org', asked.password);
    expect(await loadEntitlement(real.embedded.items, id)).toMatchObject({ role: 'admin', tier: 'elite' });
    const audit = await queryAll(real.embedded.items, { table: 'money', pk: 'AUDIT#users' });
    expect(audit.map(({ body }) => body)).toMatchObject([{ userId: id, by: 'the link of a start' }]);
    await real.close();
  });

  it('is asked for by no start of a home that has one, and an older link makes no second', async () => {
    const folder = newFolder('second-admin');
    const real = await serveHome(folder);
    const secret = real.api.secrets.firstAdmin!;
    await newMember(real, 'basic', 'admin');
    expect((await post(real, '/v1/first-admin', { ...asked, secret })).status).toBe(403);
    await real.close();
    const again = await serveHome(folder);
    expect(again.api.secrets.firstAdmin).toBeNull();
    await again.close();
  });
});

describe('the door of the API on AWS', () => {
  const eventOf = (host: string | undefined, domainName: string | undefined = 'api.example') =>
    ({
      rawPath: '/v1/me',
      headers: host === undefined ? {} : { Host: host },
      requestContext: domainName === '' ? {} : { domainName },
    }) as unknown as Parameters<typeof misdirectedEvent>[0];

  it('is open to the name that the gateway was asked by, and to no other', () => {
    expect(misdirectedEvent(eventOf('api.example'))).toBeUndefined();
    for (const host of ['evil.example', 'localhost', '127.0.0.1', '', undefined])
      expect(misdirectedEvent(eventOf(host)), host).toMatch(/does not answer/);
    expect(misdirectedEvent(eventOf('api.example', ''))).toMatch(/does not answer/);
  });
});
