import type { Exchange } from '@aion/core';
import type { RecordKind, RecordRequest, RecordSource } from '@aion/market/records';
import { afterAll, afterEach, beforeAll } from 'vitest';
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
import type { SourceHttp } from '../src/plumbing/source-request.ts';
import { type FaultCase, faultSuite, SECRET } from './fault-suite.ts';
import { recordRoutes } from './record-shapes.ts';
import { startVendorServer, type VendorServer } from './vendor-server.ts';

let server: VendorServer;
beforeAll(async () => {
  server = await startVendorServer();
});
afterEach(() => server.reset());
afterAll(() => server.close());

function fetching(
  source: string,
  kind: RecordKind,
  exchange: Exchange,
  symbols: readonly string[],
  make: (http: SourceHttp, url: string) => RecordSource,
  makes: NonNullable<FaultCase['makes']> = {},
): FaultCase {
  const range = { fromMs: Date.parse('2026-02-20T00:00:00Z'), toMs: Date.parse('2026-02-28T00:00:00Z') };
  const request: RecordRequest = { kind, exchange, symbols, ...range };
  return {
    source,
    of: kind,
    routes: () => recordRoutes,
    client: (http) => {
      const made = make(http, server.url);
      return () => made.fetch(request);
    },
    makes,
  };
}

const FLAG_QUESTIONS = ['asm', 'gsm', 'fno_ban', 'price_band and t2t'];

faultSuite(
  () => server,
  [
    fetching('benzinga', 'news', 'US', ['IBM'], (http, url) => makeBenzinga(http, SECRET, url)),
    fetching('benzinga', 'rating', 'US', ['IBM'], (http, url) => makeBenzinga(http, SECRET, url)),
    fetching('benzinga', 'economic_event', 'US', [], (http, url) => makeBenzinga(http, SECRET, url)),
    fetching('alpaca', 'news', 'US', ['IBM'], (http, url) =>
      makeAlpacaNews(http, { keyId: SECRET, secret: 'S', dataUrl: url }),
    ),
    fetching('polygon', 'news', 'US', ['IBM'], (http, url) => makePolygonNews(http, SECRET, url)),
    fetching('fred', 'macro', 'US', ['GDPC1'], (http, url) => makeFred(http, SECRET, url)),
    fetching('rss', 'news', 'NSE', ['TCS'], (http, url) => makeRss(http, [`${url}/feed`]), {
      // A page has a document type; JSON is no XML.
      html: { fault: 'shape', ill: true },
      note: { fault: 'broken_body', ill: true },
      garbage: { fault: 'broken_body', ill: true },
    }),
    fetching('reddit', 'social', 'NSE', ['TCS'], (http, url) =>
      makeReddit(http, { clientId: 'ID', clientSecret: SECRET, subreddits: ['stocks'], authUrl: url, apiUrl: url }),
    ),
    fetching('x', 'social', 'NSE', ['TCS'], (http, url) => makeX(http, SECRET, url)),
    fetching('yahoo', 'fundamental', 'NSE', ['TCS'], (http, url) => makeYahooFundamentals(http, url, url)),
    fetching(
      'alphavantage',
      'fundamental',
      'US',
      ['IBM'],
      (http, url) => makeAlphaVantageFundamentals(http, SECRET, url),
      {
        note: { fault: 'rate_limited', ill: false },
      },
    ),
    fetching('sec', 'insider_trade', 'US', ['IBM'], (http, url) =>
      makeSec(http, { contact: 'a@b.test', wwwUrl: url, dataUrl: url }),
    ),
    fetching('nse', 'insider_trade', 'NSE', ['TCS'], (http, url) => makeNseRecords(http, url)),
    fetching('nse', 'option_chain', 'NSE', ['TCS'], (http, url) => makeNseRecords(http, url)),
    ...FLAG_QUESTIONS.map((of, index) => ({
      source: 'nse',
      of: `flags ${of}`,
      routes: () => recordRoutes,
      client: (http: SourceHttp) => {
        const made = makeNseFlags(http, server.url, server.url);
        return () => made.questions('2026-02-27')[index]!.ask();
      },
    })),
  ],
);
