import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeFrozenClock, makeRng } from '@aion/core';
import { makeBreaker } from '../src/plumbing/breaker.ts';
import { makeSourceHttp, type SourceHttpOptions } from '../src/plumbing/source-http.ts';
import { type SourceHttp } from '../src/plumbing/source-request.ts';

export type ServedFault =
  | 'limit'
  | 'error'
  | 'hang'
  | 'html'
  | 'note'
  | 'half'
  | 'redirect'
  | 'huge'
  | 'denied'
  | 'garbage';

export interface Served {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** An object is sent as JSON. */
  readonly body: string | Uint8Array | object;
}

export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Route = (request: ServedRequest) => Served | undefined;

export interface VendorServer {
  readonly url: string;
  /** The first route that gives an answer wins; without one it is 404. */
  readonly routes: Route[];
  readonly requests: ServedRequest[];
  /** The next `times` requests meet the fault, but for the home page, which has its own. */
  fail(fault: ServedFault, times?: number): void;
  reset(): void;
  close(): Promise<void>;
}

/** Exactly what the free plan says, with status 200. */
export const LIMIT_NOTE = {
  Information: 'We have detected your API key as KEYKEYKEY and our standard API rate limit is 25 requests per day.',
};

/** A vendor on loopback: speaks what its routes give, and fails in each of the ways that vendors do. */
export async function startVendorServer(): Promise<VendorServer> {
  let fault: ServedFault | undefined;
  let left = 0;
  const routes: Route[] = [];
  const requests: ServedRequest[] = [];
  const server = createServer((incoming, response) => void answer(incoming, response));

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://vendor');
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    const path = decodeURIComponent(url.pathname);
    const request = {
      method: incoming.method ?? 'GET',
      path,
      query: url.searchParams,
      headers: incoming.headers,
      body,
    };
    requests.push(request);
    const served = routes.map((route) => route(request)).find((given) => given !== undefined);
    if (fault !== undefined && left > 0 && path !== '/') {
      left--;
      serveFault(fault, served, response);
      return;
    }
    if (served === undefined) send(response, { status: 404, body: 'no such thing' });
    else send(response, served);
  }

  function serveFault(kind: ServedFault, served: Served | undefined, response: ServerResponse): void {
    switch (kind) {
      case 'limit':
        return send(response, { status: 429, headers: { 'retry-after': '7' }, body: 'slow down' });
      case 'error':
        return send(response, { status: 500, body: 'internal error' });
      case 'hang':
        return;
      case 'html':
        return send(response, {
          headers: { 'content-type': 'text/html' },
          body: '<!DOCTYPE html><html><h1>Are you a robot?</h1></html>',
        });
      case 'note':
        return send(response, { body: LIMIT_NOTE });
      case 'garbage':
        return send(response, { body: { unexpected: [1, 2, 3] } });
      case 'denied':
        return send(response, { status: 403, body: 'Access denied for key KEYKEYKEY' });
      case 'redirect':
        // Another host, though the same machine.
        return send(response, { status: 302, headers: { location: `http://localhost:${port()}/elsewhere` }, body: '' });
      case 'huge':
        response.writeHead(200, { 'content-type': 'application/json' });
        for (let i = 0; i < 64; i++) response.write('"'.padEnd(16_384, 'x'));
        response.end();
        return;
      case 'half': {
        const bytes = bytesOf(served?.body ?? '{"a": 1}');
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
        response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
        return;
      }
      default:
        throw new Error(`no such fault ${String(kind satisfies never)}`);
    }
  }

  const port = (): number => (server.address() as AddressInfo).port;
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${port()}`,
    routes,
    requests,
    fail(kind, times = 1) {
      fault = kind;
      left = times;
    },
    reset() {
      fault = undefined;
      left = 0;
      routes.length = 0;
      requests.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function bytesOf(body: Served['body']): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: Served): void {
  const type =
    typeof body === 'string' ? 'text/plain' : body instanceof Uint8Array ? 'application/zip' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(bytesOf(body));
}

/** Plumbing for tests: no limit to speak of, short budgets, a clock that stands still. */
export function testHttp(
  source: string,
  over: Partial<SourceHttpOptions> = {},
  nowIso = '2026-02-28T00:00:00Z',
): SourceHttp {
  return makeSourceHttp({
    source,
    clock: makeFrozenClock(Date.parse(nowIso)),
    rng: makeRng(source),
    rate: { requests: 1000, perMs: 10 },
    breaker: makeBreaker({ failures: 5 }),
    attempts: 1,
    callBudgetMs: 5000,
    maxBytes: 256 * 1024,
    ...over,
  });
}
