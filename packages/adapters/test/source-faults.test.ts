import type { BarRequest } from '@aion/market/sources/index';
import { isAppError } from '@aion/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { unpackArchive } from '../src/archive/unpack.ts';
import { makeAlpaca } from '../src/market-data/alpaca/client.ts';
import { makeAlphaVantage } from '../src/market-data/alphavantage/client.ts';
import { makeKiteHistory } from '../src/market-data/kite/client.ts';
import { makeNseArchives } from '../src/market-data/nse/bhavcopy.ts';
import { makePolygon } from '../src/market-data/polygon/client.ts';
import { makeYahooBars } from '../src/market-data/yahoo/client.ts';
import type { Fault } from '../src/plumbing/faults.ts';
import type { SourceHttp } from '../src/plumbing/source-http.ts';
import { type Route, type ServedFault, startVendorServer, testHttp, type VendorServer } from './vendor-server.ts';
import {
  alpacaRoutes,
  alphaVantageRoutes,
  kiteRoutes,
  nseRoutes,
  polygonRoutes,
  yahooRoutes,
} from './vendor-shapes.ts';

const SECRET = 'KEYKEYKEY';
const NSE: BarRequest = { symbol: 'TCS', exchange: 'NSE', from: '2026-02-24', to: '2026-02-27' };
const US: BarRequest = { ...NSE, symbol: 'IBM', exchange: 'US' };

let server: VendorServer;
beforeAll(async () => {
  server = await startVendorServer();
});
afterEach(() => server.reset());
afterAll(() => server.close());

interface Case {
  readonly source: string;
  readonly routes: () => readonly Route[];
  readonly client: (http: SourceHttp) => () => Promise<unknown>;
  /** What it makes of the over-limit note, where that differs from an unexpected shape. */
  readonly note?: { readonly fault: Fault; readonly ill: boolean };
}

const keys = { keyId: SECRET, secret: 'SECRETSECRET' };
const CASES: readonly Case[] = [
  {
    source: 'nse',
    routes: () => nseRoutes,
    client: (http) => {
      const nse = makeNseArchives(http, { unpack: unpackArchive, homeUrl: server.url, archiveUrl: server.url });
      return () => nse.sessionFile('2026-02-26');
    },
    note: { fault: 'wrong_type', ill: true },
  },
  { source: 'yahoo', routes: () => yahooRoutes, client: (http) => () => makeYahooBars(http, server.url).daily!(NSE) },
  {
    source: 'alphavantage',
    routes: () => alphaVantageRoutes,
    client: (http) => () => makeAlphaVantage(http, SECRET, server.url).daily!(US),
    note: { fault: 'rate_limited', ill: false },
  },
  {
    source: 'kite',
    routes: () => kiteRoutes,
    client: (http) => () =>
      makeKiteHistory(http, { apiKey: SECRET, accessToken: 'TOKENTOKEN' }, server.url).daily!(NSE),
  },
  {
    source: 'alpaca',
    routes: () => alpacaRoutes,
    client: (http) => () => makeAlpaca(http, { ...keys, dataUrl: server.url, tradingUrl: server.url }).daily!(US),
  },
  {
    source: 'polygon',
    routes: () => polygonRoutes(server.url),
    client: (http) => () => makePolygon(http, SECRET, server.url).daily!(US),
  },
];

const EXPECTED: Readonly<Record<ServedFault, { fault: Fault; ill: boolean }>> = {
  limit: { fault: 'rate_limited', ill: false },
  error: { fault: 'server_error', ill: true },
  hang: { fault: 'timeout', ill: true },
  html: { fault: 'wrong_type', ill: true },
  note: { fault: 'shape', ill: true },
  garbage: { fault: 'shape', ill: true },
  half: { fault: 'broken_body', ill: true },
  redirect: { fault: 'redirected', ill: true },
  huge: { fault: 'too_large', ill: true },
  denied: { fault: 'denied', ill: false },
};

describe.each(CASES)('$source', ({ source, routes, client, note }) => {
  const http = (over = {}) => testHttp(source, { callBudgetMs: 150, secrets: [SECRET], ...over });

  it('answers while nothing is wrong', async () => {
    server.routes.push(...routes());
    const healthy = http();
    await expect(client(healthy)()).resolves.toBeDefined();
    expect([healthy.breaker.state(), healthy.breaker.failures()]).toEqual(['closed', 0]);
  });

  it.each(Object.entries(EXPECTED))(
    'names the fault %s, counts it as it must and shows no key',
    async (served, usual) => {
      server.routes.push(...routes());
      // The site of the exchange is asked twice before a refusal is believed.
      server.fail(served as ServedFault, 2);
      const binary = source === 'nse' && served === 'garbage';
      const expected =
        served === 'note' && note !== undefined ? note : binary ? { fault: 'wrong_type', ill: true } : usual;
      const asked = http();
      const error: unknown = await client(asked)().then(
        () => 'it answered',
        (thrown: unknown) => thrown,
      );
      // A list in CSV without a known column is a shape that is not ours to parse; it is not counted, since the transport was whole.
      const csv = source === 'kite' && (served === 'note' || served === 'garbage');
      expect(isAppError(error) ? [error.context['source'], error.context['fault']] : error).toEqual([
        source,
        expected.fault,
      ]);
      expect(asked.breaker.failures()).toBe(expected.ill && !csv ? 1 : 0);
      const shown = JSON.stringify([String(error), (error as Error).cause, (error as { context?: unknown }).context]);
      expect(shown).not.toContain(SECRET);
    },
  );

  it('is left alone after five failures in a row, and says so', async () => {
    server.routes.push(...routes());
    server.fail('error', 100);
    const asked = http();
    const ask = client(asked);
    for (let i = 0; i < 5; i++) await ask().catch(() => undefined);
    expect(asked.breaker.state()).toBe('open');
    const before = server.requests.length;
    await expect(ask()).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
      context: { fault: 'breaker_open' },
    });
    expect(server.requests.length).toBe(before);
  });

  it('gets through a passing failure by asking again', async () => {
    server.routes.push(...routes());
    server.fail('error', 2);
    const waits: number[] = [];
    const asked = http({ attempts: 4, sleep: async (ms: number) => void waits.push(ms) });
    await expect(client(asked)()).resolves.toBeDefined();
    expect(waits).toHaveLength(2);
    expect(waits[0]).toBeLessThan(500);
    expect(waits[1]).toBeLessThan(1000);
  });
});

describe('waiting', () => {
  it('keeps to Retry-After', async () => {
    server.routes.push(...yahooRoutes);
    server.fail('limit', 1);
    const waits: number[] = [];
    const http = testHttp('yahoo', { attempts: 2, sleep: async (ms) => void waits.push(ms) });
    await makeYahooBars(http, server.url).daily!(NSE);
    expect(waits).toEqual([7000]);
  });

  it('does not wait out a limit by the day', async () => {
    server.routes.push(...alphaVantageRoutes);
    server.fail('note', 5);
    const http = testHttp('alphavantage', { attempts: 5, secrets: [SECRET] });
    await expect(makeAlphaVantage(http, SECRET, server.url).daily!(US)).rejects.toMatchObject({ code: 'rate_limited' });
    expect(server.requests).toHaveLength(1);
  });

  it('ends with the budget of the whole question, and says what the source said last', async () => {
    server.fail('error', 100);
    const http = testHttp('yahoo', { attempts: 50, operationBudgetMs: 120, baseMs: 4000 });
    const startedMs = performance.now();
    await expect(makeYahooBars(http, server.url).daily!(NSE)).rejects.toMatchObject({
      context: { fault: 'server_error' },
    });
    expect(performance.now() - startedMs).toBeLessThan(1500);
  });

  it('stops when the caller does', async () => {
    server.fail('hang', 1);
    const stop = new AbortController();
    const asked = makeYahooBars(testHttp('yahoo'), server.url).daily!({ ...NSE, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toMatchObject({ context: { fault: 'cancelled' } });
  });

  it('names a source that cannot be reached', async () => {
    const http = testHttp('yahoo');
    await expect(makeYahooBars(http, 'http://127.0.0.1:1').daily!(NSE)).rejects.toMatchObject({
      context: { fault: 'network' },
    });
    expect(http.breaker.failures()).toBe(1);
  });
});
