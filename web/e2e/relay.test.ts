import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSite, type Site } from './site.ts';

const UPLOAD_BYTES = 30 * 1024 * 1024;

/** The way of a request from the browser's origin to the API, with an API that says what reached it. */
describe('the relay to the API', () => {
  let api: Server;
  let site: Site;
  let seen: IncomingMessage['headers'] = {};

  beforeAll(async () => {
    api = createServer(async (request, response) => {
      seen = request.headers;
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of request) {
        hash.update(chunk as Buffer);
        bytes += (chunk as Buffer).length;
      }
      if (request.url?.startsWith('/v1/unchanged') === true) response.writeHead(304, { etag: '"a"' }).end();
      else if (request.url?.startsWith('/auth/v1/verify') === true)
        response.writeHead(303, { location: '/login#x' }).end();
      else {
        response.writeHead(200, {
          'content-type': 'application/json',
          etag: '"b"',
          'cache-control': 'private, no-cache',
        });
        response.end(JSON.stringify({ url: request.url, method: request.method, bytes, sha256: hash.digest('hex') }));
      }
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => api.once('listening', resolve));
    site = await startSite(`http://127.0.0.1:${(api.address() as AddressInfo).port}`);
  });
  afterAll(async () => {
    await site?.close();
    api.closeAllConnections();
    api.close();
  });

  it('hands on the token and the headers of the contract, and keeps the cookies', async () => {
    const answer = await fetch(`${site.url}/v1/signals/latest?limit=5&cursor=a%2Fb`, {
      headers: {
        authorization: 'Bearer t',
        'if-none-match': '"x"',
        cookie: 'aion-auth=secret',
        'x-forwarded-for': '1.2.3.4',
      },
    });
    expect(await answer.json()).toMatchObject({ url: '/v1/signals/latest?limit=5&cursor=a%2Fb', method: 'GET' });
    expect(answer.headers.get('etag')).toBe('"b"');
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    expect(seen).toMatchObject({ authorization: 'Bearer t', 'if-none-match': '"x"' });
    expect(seen.cookie).toBeUndefined();
    expect(seen['x-forwarded-for']).toBeUndefined();
  });

  it('carries an upload of 30 MiB whole', async () => {
    const body = Buffer.alloc(UPLOAD_BYTES, 'aion');
    const answer = await fetch(`${site.url}/v1/admin/bhavcopy?name=a.csv`, { method: 'POST', body });
    expect(await answer.json()).toMatchObject({
      method: 'POST',
      bytes: UPLOAD_BYTES,
      sha256: createHash('sha256').update(body).digest('hex'),
    });
  });

  it('gives back "unchanged" and redirects as they are', async () => {
    const unchanged = await fetch(`${site.url}/v1/unchanged`);
    expect([unchanged.status, unchanged.headers.get('etag')]).toEqual([304, '"a"']);
    const redirect = await fetch(`${site.url}/auth/v1/verify`, { redirect: 'manual' });
    expect([redirect.status, redirect.headers.get('location')]).toEqual([303, '/login#x']);
  });

  it('reaches nothing of the API but /v1 and /auth/v1', async () => {
    for (const path of ['/internal', '/v1/../internal', '/v1/%2e%2e/internal', '/v2/x', '/auth/admin']) {
      const answer = await fetch(site.url + path, { redirect: 'manual' });
      const text = await answer.text();
      expect(text.includes('"url":"/internal"'), path).toBe(false);
      expect(answer.status === 404 || answer.status === 307, `${path} ${answer.status}`).toBe(true);
    }
  });

  it('says that the API is down, as a problem the pages understand', async () => {
    const down = await startSite('http://127.0.0.1:9');
    try {
      const answer = await fetch(`${down.url}/v1/me`);
      expect(answer.status).toBe(502);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(await answer.json()).toMatchObject({ code: 'api_unreachable', status: 502 });
    } finally {
      await down.close();
    }
  });
});
