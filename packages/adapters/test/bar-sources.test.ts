import type { BarRequest } from '@aion/market/sources';
import { fromEpochDay, toIso } from '@aion/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { unpackArchive } from '../src/archive/unpack.ts';
import { makeAlpaca } from '../src/market-data/alpaca/client.ts';
import { makeAlphaVantage } from '../src/market-data/alphavantage/client.ts';
import { makeKiteHistory } from '../src/market-data/kite/client.ts';
import { bhavcopyPlaces } from '../src/market-data/nse/bhavcopy-name.ts';
import { makeNseArchives } from '../src/market-data/nse/bhavcopy.ts';
import { makePolygon } from '../src/market-data/polygon/client.ts';
import { makeYahooBars } from '../src/market-data/yahoo/client.ts';
import { startVendorServer, testHttp, type VendorServer } from './vendor-server.ts';
import {
  alpacaRoutes,
  alphaVantageRoutes,
  cmCsv,
  indexCsv,
  kiteRoutes,
  nseRoutes,
  on,
  polygonRoutes,
  udiffCsv,
  yahooChart,
  yahooRoutes,
  zipOf,
} from './vendor-shapes.ts';

const NSE: BarRequest = { symbol: 'TCS', exchange: 'NSE', from: '2026-02-24', to: '2026-02-27' };
const US: BarRequest = { ...NSE, symbol: 'IBM', exchange: 'US' };
let server: VendorServer;
beforeAll(async () => {
  server = await startVendorServer();
});
afterEach(() => server.reset());
afterAll(() => server.close());

const closes = ({ bars }: { bars: { sessionDay: Int32Array; close: Float64Array } }): string[] =>
  Array.from(bars.sessionDay, (day, i) => `${fromEpochDay(day)} ${bars.close[i]}`);
const TWO_DAYS = ['2026-02-25 100', '2026-02-26 101'];

describe('NSE archives', () => {
  const archives = () =>
    makeNseArchives(testHttp('nse'), { unpack: unpackArchive, homeUrl: server.url, archiveUrl: server.url });

  it('asks at the place that the date had', () => {
    const first = (date: string): string => bhavcopyPlaces(date)[0]!.path;
    expect(first('2024-07-08')).toBe('/content/cm/BhavCopy_NSE_CM_0_0_0_20240708_F_0000.csv.zip');
    expect(first('2024-07-05')).toBe('/content/historical/EQUITIES/2024/JUL/cm05JUL2024bhav.csv.zip');
    expect(bhavcopyPlaces('2024-03-01')).toHaveLength(2);
    expect(bhavcopyPlaces('2016-01-04')).toHaveLength(1);
  });

  it('reads the indices of a session, leaves out what has no prices, and knows when there is none yet', async () => {
    server.routes.push(...nseRoutes);
    const found = (await archives().indexBars('2026-02-26'))!;
    const { table } = found;
    expect(table.symbols).toEqual(['INDIA_VIX', 'NIFTY50', 'NIFTY_OIL_AND_GAS']);
    expect([found.leftOut, [...table.close], [...table.volumeShares]]).toEqual([
      2,
      [13.5, 24_900.15, 11_040],
      [0, 280_000_000, 120_000_000],
    ]);
    server.reset();
    server.routes.push(nseRoutes[0]!);
    expect(await archives().indexBars('2026-02-26')).toBeNull();
  });

  it('uses nothing of the indices of another day, nor of another file', async () => {
    const body = (text: string) => {
      server.reset();
      server.routes.push(
        nseRoutes[0]!,
        on(/ind_close_all/, () => ({ headers: { 'content-type': 'text/csv' }, body: text })),
      );
    };
    body(indexCsv('25-02-2026'));
    await expect(archives().indexBars('2026-02-26')).rejects.toThrow(/expected the indices of 2026-02-26/);
    body('symbol,date\nA,2026-02-26\n');
    await expect(archives().indexBars('2026-02-26')).rejects.toThrow(/expected the indices of 2026-02-26/);
  });

  it.each(['2026-02-26', '2017-11-01'])(
    'downloads the file of %s behind the cookies of the home page',
    async (date) => {
      server.routes.push(...nseRoutes);
      const file = await archives().sessionFile(date);
      expect(file).toMatchObject({
        kind: 'published',
        provenance: { source: 'nse', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      });
      expect(server.requests.map(({ path }) => path)[0]).toBe('/');
      expect(server.requests[1]!.headers.cookie).toBe('nsit=abc; nseappid=def');
    },
  );

  it('opens the home page once for many files', async () => {
    server.routes.push(...nseRoutes);
    const nse = archives();
    await Promise.all(['2026-02-24', '2026-02-25', '2026-02-26'].map((date) => nse.sessionFile(date)));
    expect(server.requests.filter(({ path }) => path === '/')).toHaveLength(1);
  });

  it('answers that a day is not published, and where it looked', async () => {
    server.routes.push(nseRoutes[0]!);
    expect(await archives().sessionFile('2024-03-01')).toEqual({
      kind: 'not_published',
      tried: bhavcopyPlaces('2024-03-01').map(({ path }) => path),
    });
  });

  it('fetches fresh cookies once when it is refused, and goes on', async () => {
    server.routes.push(...nseRoutes);
    server.fail('denied', 1);
    expect((await archives().sessionFile('2026-02-26')).kind).toBe('published');
    expect(server.requests.filter(({ path }) => path === '/')).toHaveLength(2);
  });

  it('says what to do when fresh cookies are refused as well', async () => {
    server.routes.push(...nseRoutes);
    server.fail('denied', 2);
    await expect(archives().sessionFile('2026-02-26')).rejects.toThrow(
      /also with fresh cookies .* upload the file on \/admin/,
    );
  });

  it.each([
    [
      'rows of another day',
      zipOf('a.csv', udiffCsv('2026-02-25', [['TCS', 1]])),
      /expected rows of 2026-02-26, found rows of 2026-02-25/,
    ],
    [
      'rows of another day in the old layout',
      zipOf('a.csv', cmCsv('25-FEB-2026', [['TCS', 1]])),
      /found rows of 2026-02-25/,
    ],
    ['no rows', zipOf('a.csv', 'nothing\n'), /no row with a date/],
    ['a damaged archive', zipOf('a.csv', udiffCsv('2026-02-26', [['TCS', 1]])).slice(0, 80), /cannot be unpacked/],
  ])('refuses a file with %s', async (_, body, message) => {
    server.routes.push(nseRoutes[0]!, () => ({ body }));
    await expect(archives().sessionFile('2026-02-26')).rejects.toThrow(message);
  });
});

describe('Yahoo', () => {
  const yahoo = (nowIso?: string) => makeYahooBars(testHttp('yahoo', {}, nowIso), server.url);
  const serve = (chart: object): void => void server.routes.push(() => ({ body: chart }));

  it('maps daily bars, says that they are adjusted for splits, and where they are from', async () => {
    server.routes.push(...yahooRoutes);
    const daily = await yahoo().daily!(NSE);
    expect(closes(daily)).toEqual(TWO_DAYS);
    expect(daily).toMatchObject({
      adjustment: 'splits',
      currency: 'INR',
      rejected: [],
      provenance: [{ source: 'yahoo' }],
    });
    const [{ query, path } = server.requests[0]!] = server.requests;
    expect(path).toBe('/v8/finance/chart/TCS.NS');
    expect(toIso(Number(query.get('period1')) * 1000)).toBe('2026-02-23T18:30:00.000Z');
    expect(toIso(Number(query.get('period2')) * 1000)).toBe('2026-02-27T18:30:00.000Z');
  });

  it('sets rows of nulls and the unfinished session aside', async () => {
    const stamps = ['2026-02-25', '2026-02-26', '2026-02-27'].map((date) => Date.parse(`${date}T03:45:00Z`) / 1000);
    serve(yahooChart({ timestamps: stamps, close: [100, null, 102] }));
    const daily = await yahoo('2026-02-27T09:00:00Z').daily!(NSE);
    expect(closes(daily)).toEqual(['2026-02-25 100']);
    expect(daily.rejected.map(({ at, reason }) => `${at} ${reason}`)).toEqual([
      '2026-02-26 missing_value',
      '2026-02-27 unfinished',
    ]);
  });

  it.each([
    ['currency', { currency: 'USD' }, /prices in INR, found USD/],
    ['exchange', { exchangeName: 'BSE' }, /exchange NSI, found BSE/],
    ['share', { symbol: 'TCSX.NS' }, /symbol TCS\.NS, found TCSX\.NS/],
  ])('refuses an answer of another %s', async (_, meta, message) => {
    serve(yahooChart({ meta }));
    await expect(yahoo().daily!(NSE)).rejects.toThrow(message);
  });

  it('maps splits and dividends by the exchange’s date, and sets senseless ones aside', async () => {
    const date = Date.parse('2026-02-26T03:45:00Z') / 1000;
    const splits = { a: { numerator: 2, denominator: 1, date }, b: { numerator: 1, denominator: 0, date } };
    serve(yahooChart({ events: { splits, dividends: { c: { amount: 5.5, date } } } }));
    const { actions, rejected } = await yahoo().actions(NSE);
    const exDay = Date.parse('2026-02-26') / 86_400_000;
    expect(actions).toEqual([
      { symbol: 'TCS', exDay, kind: 'dividend', value: 5.5, basisDay: Date.parse('2026-02-28') / 86_400_000 },
      { symbol: 'TCS', exDay, kind: 'split_or_bonus', value: 2 },
    ]);
    expect(rejected).toHaveLength(1);
  });

  it('gives closed hourly bars, and refuses ranges and sizes that are not kept', async () => {
    const stamps = [Date.parse('2026-02-26T03:45:00Z') / 1000, Date.parse('2026-02-26T04:45:00Z') / 1000];
    serve(yahooChart({ meta: { dataGranularity: '1h' }, timestamps: stamps }));
    const hourly = await yahoo('2026-02-26T05:00:00Z').intraday!({ ...NSE, barMinutes: 60 });
    expect([...hourly.bars.close]).toEqual([100]);
    expect(hourly.rejected).toMatchObject([{ reason: 'unfinished' }]);
    await expect(yahoo().intraday!({ ...NSE, from: '2025-01-01', barMinutes: 5 })).rejects.toThrow(/for 60 days/);
    await expect(yahoo().intraday!({ ...NSE, barMinutes: 3 })).rejects.toThrow(/60, 5 and 1/);
  });

  it('refuses bars of another size than asked for', async () => {
    serve(yahooChart({ meta: { dataGranularity: '1d' } }));
    await expect(yahoo().intraday!({ ...NSE, barMinutes: 60 })).rejects.toThrow(/expected bars of 1h, found 1d/);
  });

  it('names a symbol that it does not know', async () => {
    serve({ chart: { result: null, error: { code: 'Not Found', description: 'No data found' } } });
    await expect(yahoo().daily!(NSE)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('Alpha Vantage', () => {
  const client = () => makeAlphaVantage(testHttp('alphavantage'), 'KEYKEYKEY', server.url);

  it('maps raw daily bars inside the range, and keeps the key out of the provenance', async () => {
    server.routes.push(...alphaVantageRoutes);
    const daily = await client().daily!(US);
    expect(closes(daily)).toEqual(TWO_DAYS);
    expect(daily.adjustment).toBe('none');
    expect(daily.provenance[0]!.url).toContain('apikey=***');
  });

  it.each([NSE, { ...US, symbol: 'TCS.BSE' }, { ...NSE, symbol: 'TCS.BSE' }, { ...US, symbol: 'RELIANCE.BO' }])(
    'refuses $symbol of $exchange without asking: it has no NSE, and its BSE bars are never taken instead',
    async (request) => {
      await expect(client().daily!(request)).rejects.toMatchObject({ code: 'bad_input' });
      expect(server.requests).toHaveLength(0);
    },
  );

  it('maps splits and dividends, and sets rows without a date aside', async () => {
    server.routes.push(...alphaVantageRoutes);
    const { actions, rejected } = await client().actions(US);
    expect(actions.map(({ kind, value }) => `${kind} ${value}`)).toEqual(['dividend 1.67', 'split_or_bonus 2']);
    expect(rejected).toMatchObject([{ at: 'None', reason: 'value' }]);
  });

  it('tells what the plan does not have from a limit', async () => {
    server.routes.push(() => ({ body: { Information: 'The outputsize=full parameter value is a premium feature.' } }));
    await expect(client().daily!(US)).rejects.toMatchObject({ code: 'forbidden', context: { fault: 'denied' } });
  });
});

describe('Kite', () => {
  const kite = () => makeKiteHistory(testHttp('kite'), { apiKey: 'APIKEY', accessToken: 'TOKENTOKEN' }, server.url);

  it('finds the token of the share and maps its candles', async () => {
    server.routes.push(...kiteRoutes);
    const client = kite();
    expect(closes(await client.daily!(NSE))).toEqual(TWO_DAYS);
    const hourly = await client.intraday!({ ...NSE, barMinutes: 60 });
    expect(toIso(hourly.bars.openTimeMs[0]!)).toBe('2026-02-26T03:45:00.000Z');
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/instruments/NSE',
      '/instruments/historical/2953217/day',
      '/instruments/historical/2953217/60minute',
    ]);
    expect(server.requests[1]!.headers.authorization).toBe('token APIKEY:TOKENTOKEN');
  });

  it('asks in parts of what one request may span', async () => {
    server.routes.push(...kiteRoutes, () => ({ body: { status: 'success', data: { candles: [] } } }));
    await kite().intraday!({ ...NSE, from: '2025-12-01', barMinutes: 1 });
    expect(server.requests.slice(1).map(({ query }) => `${query.get('from')} to ${query.get('to')}`)).toEqual([
      '2025-12-01 00:00:00 to 2026-01-29 23:59:59',
      '2026-01-30 00:00:00 to 2026-02-27 23:59:59',
    ]);
  });

  it('names a share that it does not list; an index of that name is none', async () => {
    server.routes.push(...kiteRoutes);
    await expect(kite().daily!({ ...NSE, symbol: 'NOSUCH' })).rejects.toMatchObject({ code: 'not_found' });
    expect((await kite().tokens()).has('NIFTY 50')).toBe(false);
  });
});

describe('Alpaca', () => {
  const alpaca = () =>
    makeAlpaca(testHttp('alpaca'), {
      keyId: 'KEYID',
      secret: 'SECRETSECRET',
      dataUrl: server.url,
      tradingUrl: server.url,
    });

  it('joins the pages of raw bars', async () => {
    server.routes.push(...alpacaRoutes);
    const daily = await alpaca().daily!(US);
    expect(closes(daily)).toEqual(TWO_DAYS);
    expect(daily).toMatchObject({ adjustment: 'none', currency: 'USD' });
    expect(daily.provenance).toHaveLength(2);
    expect(server.requests[0]!.query.get('adjustment')).toBe('raw');
    expect(server.requests[0]!.headers['apca-api-key-id']).toBe('KEYID');
  });

  it('gives actions, assets and sessions', async () => {
    server.routes.push(...alpacaRoutes);
    const client = alpaca();
    expect((await client.actions(US)).actions.map(({ kind, value }) => `${kind} ${value}`)).toEqual([
      'dividend 1.5',
      'split_or_bonus 3',
    ]);
    expect(await client.assets()).toMatchObject([{ symbol: 'IBM', tradable: true }]);
    expect(await client.calendar('2026-02-26', '2026-02-26')).toEqual([
      { date: '2026-02-26', open: '09:30', close: '16:00' },
    ]);
  });

  it('ends with a named error when the pages do not', async () => {
    server.routes.push(() => ({ body: { bars: [], next_page_token: 'again' } }));
    await expect(alpaca().daily!(US)).rejects.toMatchObject({ code: 'too_large' });
  });

  it('has no NSE', async () => {
    await expect(alpaca().daily!(NSE)).rejects.toThrow(/alpaca has no NSE bars/);
  });
});

describe('Polygon', () => {
  const polygon = () => makePolygon(testHttp('polygon'), 'KEYKEYKEY', server.url);

  it('follows the next page on its own host, with the key in a header only', async () => {
    server.routes.push(...polygonRoutes(server.url));
    const daily = await polygon().daily!(US);
    expect(closes(daily)).toEqual(TWO_DAYS);
    expect(daily.bars.volumeShares[0]).toBe(1000);
    for (const { headers, query } of server.requests) {
      expect(headers.authorization).toBe('Bearer KEYKEYKEY');
      expect(query.has('apiKey')).toBe(false);
    }
  });

  it('sends the key to no other host', async () => {
    server.routes.push(() => ({ body: { ticker: 'IBM', adjusted: false, next_url: 'http://localhost:1/v2/aggs' } }));
    await expect(polygon().daily!(US)).rejects.toMatchObject({ context: { fault: 'redirected' } });
  });

  it('refuses adjusted bars where raw ones were asked for', async () => {
    server.routes.push(() => ({ body: { ticker: 'IBM', adjusted: true, results: [] } }));
    await expect(polygon().daily!(US)).rejects.toThrow(/expected raw bars of IBM, found adjusted/);
  });

  it('gives actions in dollars, and the days to come', async () => {
    server.routes.push(...polygonRoutes(server.url));
    const { actions, rejected } = await polygon().actions(US);
    expect(actions.map(({ kind, value }) => `${kind} ${value}`)).toEqual(['dividend 0.5', 'split_or_bonus 4']);
    expect(rejected).toMatchObject([{ detail: expect.stringContaining('CAD') }]);
    expect(await polygon().upcoming()).toMatchObject([{ status: 'closed' }, { status: 'early-close' }]);
  });
});

describe('requests', () => {
  it.each(['../etc', 'A B', 'tcs', 'TCS?x=1', ''])('never put the symbol "%s" into an address', async (symbol) => {
    const http = testHttp('yahoo');
    await expect(makeYahooBars(http, server.url).daily!({ ...NSE, symbol })).rejects.toMatchObject({
      code: 'bad_input',
    });
    expect(server.requests).toHaveLength(0);
  });

  it('refuse a range that ends before it begins', async () => {
    const turned = { ...NSE, from: NSE.to, to: NSE.from };
    await expect(makeYahooBars(testHttp('yahoo'), server.url).daily!(turned)).rejects.toThrow(/turn it round/);
  });
});
