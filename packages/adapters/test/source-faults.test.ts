import type { BarRequest } from '@aion/market/sources';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { faultSuite, SECRET, type FaultCase } from './fault-suite.ts';
import { unpackArchive } from '../src/archive/unpack.ts';
import { makeAlpaca } from '../src/market-data/alpaca/client.ts';
import { makeAlphaVantage } from '../src/market-data/alphavantage/client.ts';
import { makeKiteHistory } from '../src/market-data/kite/client.ts';
import { makeNseArchives } from '../src/market-data/nse/bhavcopy.ts';
import { makePolygon } from '../src/market-data/polygon/client.ts';
import { makeYahooBars } from '../src/market-data/yahoo/client.ts';
import { startVendorServer, testHttp, type VendorServer } from './vendor-server.ts';
import {
  alpacaRoutes,
  alphaVantageRoutes,
  kiteRoutes,
  nseRoutes,
  polygonRoutes,
  yahooRoutes,
} from './vendor-shapes.ts';

const NSE: BarRequest = { symbol: 'TCS', exchange: 'NSE', from: '2026-02-24', to: '2026-02-27' };
const US: BarRequest = { ...NSE, symbol: 'IBM', exchange: 'US' };

let server: VendorServer;
beforeAll(async () => {
  server = await startVendorServer();
});
afterEach(() => server.reset());
afterAll(() => server.close());

const keys = { keyId: SECRET, secret: 'SECRETSECRET' };
const CASES: readonly FaultCase[] = [
  {
    source: 'nse',
    of: 'market files',
    routes: () => nseRoutes,
    client: (http) => {
      const nse = makeNseArchives(http, { unpack: unpackArchive, homeUrl: server.url, archiveUrl: server.url });
      return () => nse.sessionFile('2026-02-26');
    },
    makes: { note: { fault: 'wrong_type', ill: true }, garbage: { fault: 'wrong_type', ill: true } },
  },
  {
    source: 'yahoo',
    of: 'bars',
    routes: () => yahooRoutes,
    client: (http) => () => makeYahooBars(http, server.url).daily!(NSE),
  },
  {
    source: 'alphavantage',
    of: 'bars',
    routes: () => alphaVantageRoutes,
    client: (http) => () => makeAlphaVantage(http, SECRET, server.url).daily!(US),
    makes: { note: { fault: 'rate_limited', ill: false } },
  },
  {
    source: 'kite',
    of: 'bars',
    routes: () => kiteRoutes,
    client: (http) => () =>
      makeKiteHistory(http, { apiKey: SECRET, accessToken: 'TOKENTOKEN' }, server.url).daily!(NSE),
  },
  {
    source: 'alpaca',
    of: 'bars',
    routes: () => alpacaRoutes,
    client: (http) => () => makeAlpaca(http, { ...keys, dataUrl: server.url, tradingUrl: server.url }).daily!(US),
  },
  {
    source: 'polygon',
    of: 'bars',
    routes: () => polygonRoutes(server.url),
    client: (http) => () => makePolygon(http, SECRET, server.url).daily!(US),
  },
];

faultSuite(() => server, CASES);

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
