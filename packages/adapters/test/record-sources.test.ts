import type { DataRecord, RecordKind, RecordRequest } from '@aion/market/records';
import { toIso, type Exchange } from '@aion/core';
import { DataRecord as Schema } from '@aion/market/records';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeAlpacaNews } from '../src/market-data/alpaca/news.ts';
import { makeAlphaVantageFundamentals } from '../src/market-data/alphavantage/fundamentals.ts';
import { makeBenzinga } from '../src/market-data/benzinga/client.ts';
import { makeFred } from '../src/market-data/fred/client.ts';
import { makeNseFlags } from '../src/market-data/nse/flags.ts';
import { makeNseRecords } from '../src/market-data/nse/records.ts';
import { makePolygonNews } from '../src/market-data/polygon/news.ts';
import { makeReddit } from '../src/market-data/reddit/client.ts';
import { makeRss } from '../src/market-data/rss/client.ts';
import { makeSec } from '../src/market-data/sec/client.ts';
import { makeX } from '../src/market-data/x/client.ts';
import { makeYahooFundamentals } from '../src/market-data/yahoo/fundamentals.ts';
import { ATOM_FEED, recordRoutes } from './record-shapes.ts';
import { startVendorServer, testHttp, type VendorServer } from './vendor-server.ts';

let server: VendorServer;
let url: string;
beforeAll(async () => {
  server = await startVendorServer();
  ({ url } = server);
});
afterEach(() => server.reset());
afterAll(() => server.close());

const ask = (kind: RecordKind, symbols: readonly string[], exchange: Exchange = 'US'): RecordRequest => ({
  kind,
  exchange,
  symbols,
  fromMs: Date.parse('2026-02-20T00:00:00Z'),
  toMs: Date.parse('2026-02-28T00:00:00Z'),
});
const times = (records: readonly DataRecord[]): string[] =>
  records.map(({ eventMs, knownMs }) => `${toIso(eventMs).slice(0, 16)} known ${toIso(knownMs).slice(0, 16)}`);
/** What a client gives is what the store takes. */
const whole = (records: readonly DataRecord[]): void => {
  for (const record of records) expect(Schema.safeParse(record).error).toBeUndefined();
};

describe('news', () => {
  it('of Benzinga is known when it was updated, as plain text, with symbols only', async () => {
    server.routes.push(...recordRoutes);
    const { records } = await makeBenzinga(testHttp('benzinga'), 'TOKEN', url).fetch(ask('news', ['IBM']));
    whole(records);
    expect(records).toMatchObject([
      { storyId: '7', headline: 'IBM & partner announce', summary: 'Short', symbols: ['IBM'], redistributable: false },
    ]);
    expect(times(records)).toEqual(['2026-02-26T14:00 known 2026-02-26T14:30']);
    expect(records[0]!.provenance.url).toContain('token=***');
  });

  it('of Alpaca and Polygon has its publisher, and no address that is none of the web', async () => {
    server.routes.push(...recordRoutes);
    const alpaca = await makeAlpacaNews(testHttp('alpaca'), { keyId: 'K', secret: 'S', dataUrl: url }).fetch(
      ask('news', ['IBM']),
    );
    const polygon = await makePolygonNews(testHttp('polygon'), 'KEY', url).fetch(ask('news', ['IBM']));
    whole([...alpaca.records, ...polygon.records]);
    expect(alpaca.records).toMatchObject([{ publisher: 'benzinga', url: null }]);
    expect(polygon.records).toMatchObject([{ publisher: 'Wire', url: 'https://news.test/p1' }]);
  });

  it('of feeds takes the symbols that stand in the words, and sets entries without a date aside', async () => {
    server.routes.push(...recordRoutes, ({ path }) => (path === '/atom' ? { body: ATOM_FEED } : undefined));
    const rss = makeRss(testHttp('rss'), [`${url}/feed`, `${url}/atom`, `${url}/gone`]);
    const { records, rejected } = await rss.fetch(ask('news', ['INFY', 'TCS'], 'NSE'));
    whole(records);
    expect(
      records.map((record) => (record.kind === 'news' ? [record.headline, record.symbols, record.url] : [])),
    ).toEqual([
      ['TCS wins an order', ['TCS'], 'https://news.test/1'],
      ['INFY and TCS', ['INFY', 'TCS'], 'https://news.test/a1'],
    ]);
    expect(times(records)).toEqual([
      '2026-02-26T04:30 known 2026-02-26T04:30',
      '2026-02-26T04:30 known 2026-02-26T06:00',
    ]);
    // The feed that is gone does not stop the others, and is named.
    expect(rejected.map(({ what }) => what)).toEqual(['No date', `${url}/gone`]);
  });

  it('that stands in two feeds is one story, in the words of the first', async () => {
    const feed = (title: string) =>
      `<rss><channel><title>${title}</title><item><title>${title}: TCS</title><guid>g1</guid><pubDate>Thu, 26 Feb 2026 04:30:00 GMT</pubDate></item></channel></rss>`;
    server.routes.push(({ path }) => (/^\/(top|markets)$/.test(path) ? { body: feed(path.slice(1)) } : undefined));
    const rss = makeRss(testHttp('rss'), [`${url}/top`, `${url}/markets`]);
    const { records } = await rss.fetch(ask('news', ['TCS'], 'NSE'));
    expect(records).toMatchObject([{ headline: 'top: TCS', symbols: ['TCS'] }]);
  });

  it.each([
    [
      'entities that unfold',
      '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><rss><channel><title>&c;</title></channel></rss>',
    ],
    [
      'an entity that names a file',
      '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><rss><channel><title>&b;</title></channel></rss>',
    ],
    ['an entity in lower case', '<!doctype a><rss><channel/></rss>'],
  ])('of feeds with %s is refused whole', async (_, body) => {
    server.routes.push(() => ({ body }));
    await expect(makeRss(testHttp('rss'), [`${url}/bomb`]).fetch(ask('news', []))).rejects.toThrow(
      /document type of its own/,
    );
  });
});

describe('ratings and economics', () => {
  it('come with the time of New York and are known when they were updated', async () => {
    server.routes.push(...recordRoutes);
    const benzinga = makeBenzinga(testHttp('benzinga'), 'TOKEN', url);
    const ratings = await benzinga.fetch(ask('rating', ['IBM']));
    whole(ratings.records);
    expect(ratings.records).toMatchObject([
      { action: 'upgrades', ratingBefore: 'Hold', ratingAfter: 'Buy', targetAfter: 1120, targetBefore: null },
    ]);
    expect(times(ratings.records)).toEqual(['2026-02-26T14:10 known 2026-02-26T14:20']);
    const economics = await benzinga.fetch(ask('economic_event', []));
    whole(economics.records);
    // That there will be a figure is known before it; the figure is not.
    expect(economics.records).toMatchObject([{ actual: null, consensus: 2.1 }, { actual: 2.4 }]);
    expect(times(economics.records)).toEqual([
      '2026-02-26T13:30 known 2026-02-20T10:00',
      '2026-02-26T13:30 known 2026-02-26T13:30',
    ]);
  });

  it('are none when the calendar gives a list in place of an object', async () => {
    server.routes.push(() => ({ body: [] }));
    const { records } = await makeBenzinga(testHttp('benzinga'), 'TOKEN', url).fetch(ask('rating', ['IBM']));
    expect(records).toEqual([]);
  });
});

it('macro figures of FRED keep their vintages, known from the midnight after their release', async () => {
  server.routes.push(...recordRoutes);
  const { records } = await makeFred(testHttp('fred'), 'KEY', url).fetch(ask('macro', ['GDPC1']));
  whole(records);
  expect(records).toMatchObject([
    { series: 'GDPC1', period: '2025-10-01', value: 100, vintage: 'published', redistributable: true },
    { period: '2025-10-01', value: 101.5 },
    { period: '2026-01-01', value: null },
  ]);
  expect(times(records).slice(0, 2)).toEqual([
    '2025-10-01T00:00 known 2026-01-30T05:00',
    '2025-10-01T00:00 known 2026-02-27T05:00',
  ]);
  expect(server.requests[0]!.query.get('realtime_start')).toBe('1776-07-04');
});

it('a figure that is fetched on the day of its release is known from then, not from the midnight after', async () => {
  server.routes.push(...recordRoutes);
  const http = testHttp('fred', {}, '2026-02-26T15:00:00Z');
  const { records } = await makeFred(http, 'KEY', url).fetch(ask('macro', ['GDPC1']));
  expect(times(records)[1]).toBe('2025-10-01T00:00 known 2026-02-26T15:00');
});

it('what says of itself that it comes from the future is set aside', async () => {
  server.routes.push(...recordRoutes);
  const http = testHttp('polygon', {}, '2026-02-26T09:00:00Z');
  const { records, rejected } = await makePolygonNews(http, 'KEY', url).fetch(ask('news', ['IBM']));
  expect(records).toEqual([]);
  expect(rejected).toMatchObject([{ why: expect.stringContaining('after it was fetched') }]);
});

describe('posts', () => {
  it('of Reddit are those that name a wanted symbol, without who wrote them', async () => {
    server.routes.push(...recordRoutes);
    const reddit = makeReddit(testHttp('reddit'), {
      clientId: 'ID',
      clientSecret: 'SEC',
      subreddits: ['stocks'],
      authUrl: url,
      apiUrl: url,
    });
    const { records } = await reddit.fetch(ask('social', ['TCS'], 'NSE'));
    await reddit.fetch(ask('social', ['TCS'], 'NSE'));
    whole(records);
    expect(records).toMatchObject([{ postId: 't3_a', channel: 'stocks', symbols: ['TCS'] }]);
    expect(JSON.stringify(records)).not.toContain('someone');
    // One sign-in for both.
    expect(server.requests.filter(({ method }) => method === 'POST')).toMatchObject([
      { body: 'grant_type=client_credentials' },
    ]);
    expect(server.requests[1]!.headers.authorization).toBe('Bearer REDDITTOKEN');
  });

  it('of X are asked for within its week, without who wrote them', async () => {
    server.routes.push(...recordRoutes);
    const { records } = await makeX(testHttp('x'), 'BEARER', url).fetch(ask('social', ['TCS'], 'NSE'));
    whole(records);
    expect(records).toMatchObject([{ postId: '1', symbols: ['TCS'] }]);
    // Its address holds the server's port, which may hold any digits.
    const said = JSON.stringify(records, (key, value: unknown) => (key === 'provenance' ? undefined : value));
    expect(said).not.toContain('99');
    expect(server.requests[0]!.query.get('start_time')).toBe('2026-02-21T00:01:00.000Z');
  });
});

describe('fundamentals', () => {
  it('of Yahoo come behind a crumb that is fetched anew when it has run out', async () => {
    server.routes.push(...recordRoutes);
    const yahoo = makeYahooFundamentals(testHttp('yahoo'), url, url);
    const { records } = await yahoo.fetch(ask('fundamental', ['TCS'], 'NSE'));
    whole(records);
    expect(records).toMatchObject([{ currency: 'INR', metrics: { trailingEps: 12.5, totalRevenue: 1e9 } }]);
    expect(times(records)).toEqual(['2025-12-31T00:00 known 2026-02-28T00:00']);
    server.fail('denied', 1);
    expect((await yahoo.fetch(ask('fundamental', ['TCS'], 'NSE'))).records).toHaveLength(1);
    expect(server.requests.filter(({ path }) => path.endsWith('getcrumb'))).toHaveLength(2);
  });

  it('say the same on two days when only the price has moved', async () => {
    server.routes.push(...recordRoutes);
    const yahoo = makeYahooFundamentals(testHttp('yahoo'), url, url);
    const [first] = (await yahoo.fetch(ask('fundamental', ['TCS'], 'NSE'))).records;
    expect(first?.kind === 'fundamental' && Object.keys(first.metrics).sort()).toEqual([
      'freeCashflow',
      'totalRevenue',
      'trailingEps',
    ]);
  });

  it('of Alpha Vantage are of the latest quarter', async () => {
    server.routes.push(...recordRoutes);
    const { records } = await makeAlphaVantageFundamentals(testHttp('alphavantage'), 'KEY', url).fetch(
      ask('fundamental', ['IBM']),
    );
    whole(records);
    expect(records).toMatchObject([{ metrics: { EPS: 6.1 }, currency: 'USD' }]);
  });
});

describe('insiders', () => {
  it('of US companies are known when EDGAR accepted the filing, and tell trades from grants', async () => {
    server.routes.push(...recordRoutes);
    const sec = makeSec(testHttp('sec'), { contact: 'ops@aion.test', wwwUrl: url, dataUrl: url });
    const { records } = await sec.fetch(ask('insider_trade', ['IBM']));
    whole(records);
    expect(records).toMatchObject([
      {
        person: 'Doe Jane',
        role: 'CFO',
        side: 'buy',
        shares: 1000,
        price: 100.5,
        currency: 'USD',
        redistributable: true,
      },
      { side: 'other', shares: 50 },
    ]);
    expect(times(records)[0]).toBe('2026-02-24T05:00 known 2026-02-25T22:30');
    expect(server.requests[0]!.headers['user-agent']).toBe('Aion ops@aion.test');
    expect(() => makeSec(testHttp('sec'), { contact: 'nobody' })).toThrow(/mail address/);
  });

  it('of NSE companies are known when the exchange made it public, in rupees', async () => {
    server.routes.push(...recordRoutes);
    const { records, rejected } = await makeNseRecords(testHttp('nse'), url).fetch(
      ask('insider_trade', ['TCS'], 'NSE'),
    );
    whole(records);
    expect(records).toMatchObject([
      { person: 'A Person', side: 'buy', shares: 1000, price: 3500, currency: 'INR' },
      { side: 'other', price: null },
    ]);
    // A disclosure without an hour counts from the end of its day.
    expect(times(records)).toEqual([
      '2026-02-23T18:30 known 2026-02-26T16:24',
      '2026-02-23T18:30 known 2026-02-26T18:30',
    ]);
    expect(rejected).toHaveLength(1);
    expect(server.requests[1]!.query.get('from_date')).toBe('20-02-2026');
  });
});

it('an option chain is one snapshot; zero stands for no volatility and no price', async () => {
  server.routes.push(...recordRoutes);
  const { records, rejected } = await makeNseRecords(testHttp('nse'), url).fetch(ask('option_chain', ['TCS'], 'NSE'));
  whole(records);
  const [chain] = records;
  expect(chain?.kind === 'option_chain' && chain.quotes).toEqual([
    { expiry: '2026-03-26', strike: 3500, type: 'call', openInterest: 10, volume: 5, volatilityFrac: 0.25, last: 12 },
    { expiry: '2026-03-26', strike: 3500, type: 'put', openInterest: 10, volume: 5, volatilityFrac: null, last: null },
  ]);
  expect(times(records)).toEqual(['2026-02-26T10:00 known 2026-02-28T00:00']);
  expect(rejected).toHaveLength(1);
});

describe('entry flags', () => {
  const flags = () => makeNseFlags(testHttp('nse', {}, '2026-02-27T02:00:00Z'), url, url);
  const listsOf = async (...names: readonly string[]) => {
    const questions = flags().questions('2026-02-27');
    const asked = questions.filter(({ flags: of }) => names.length === 0 || of.some((flag) => names.includes(flag)));
    return (await Promise.all(asked.map(({ ask: of }) => of()))).flat();
  };

  it('are the exchange’s lists, in force from the opening', async () => {
    server.routes.push(...recordRoutes);
    const lists = await listsOf();
    expect(
      Object.fromEntries(
        lists.map(({ flag, entries }) => [flag, entries.map(({ symbol, detail }) => `${symbol} ${detail}`)]),
      ),
    ).toEqual({
      // The stricter of two measures.
      asm: ['AAA LTASM - Stage II', 'BBB STASM - Stage I'],
      gsm: ['CCC 1'],
      fno_ban: ['DDD null', 'EEE null'],
      price_band: ['FFF 5', 'GGG 5'],
      t2t: ['GGG BE'],
    });
    for (const { fromMs, knownMs } of lists) {
      expect([toIso(fromMs), toIso(knownMs)]).toEqual(['2026-02-27T03:45:00.000Z', '2026-02-27T02:00:00.000Z']);
    }
  });

  it('are not taken from the ban of another day, nor from another file', async () => {
    server.routes.push(
      ({ path }) =>
        path.endsWith('fo_secban.csv') ? { body: 'Securities in Ban For Trade Date 26-FEB-2026:\n1,DDD\n' } : undefined,
      ...recordRoutes,
    );
    await expect(listsOf('fno_ban')).rejects.toThrow(/expected the ban of 2026-02-27/);
    server.routes.unshift(({ path }) => (path.includes('sec_list') ? { body: 'a,b\n1,2\n' } : undefined));
    await expect(listsOf('t2t')).rejects.toThrow(/expected the list of securities/);
  });

  it('take the day of the results from the calendar of meetings', async () => {
    server.routes.push(...recordRoutes);
    const { records } = await flags().results(Date.parse('2026-03-01'), Date.parse('2026-03-31'));
    whole(records);
    expect(records).toMatchObject([
      {
        flag: 'results',
        symbols: ['TCS'],
        fromMs: Date.parse('2026-03-11T18:30:00Z'),
        untilMs: Date.parse('2026-03-12T18:30:00Z'),
      },
    ]);
  });
});

describe('requests', () => {
  it.each([
    ['a kind that the source has not', () => makeX(testHttp('x'), 'B', url).fetch(ask('macro', ['A']))],
    [
      'an exchange that it does not cover',
      () => makeBenzinga(testHttp('benzinga'), 'T', url).fetch(ask('news', [], 'NSE')),
    ],
    ['no symbol where one is needed', () => makeX(testHttp('x'), 'B', url).fetch(ask('social', []))],
    ['a series that is none', () => makeFred(testHttp('fred'), 'K', url).fetch(ask('macro', ['a/b']))],
  ])('with %s are refused by name, without asking', async (_, work) => {
    await expect(work()).rejects.toMatchObject({ code: 'bad_input' });
    expect(server.requests).toHaveLength(0);
  });
});
