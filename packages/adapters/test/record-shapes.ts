import type { Route, Served } from './vendor-server.ts';
import { nseRoutes } from './vendor-shapes.ts';

/** Hand-written answers with records, in the vendors' shapes: names, words and figures are made up. */
const on =
  (pattern: RegExp, answer: (path: string[], query: URLSearchParams) => Served | undefined): Route =>
  ({ path, query }) => {
    const match = pattern.exec(path);
    return match === null ? undefined : answer([...match], query);
  };

export const RSS_FEED = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Markets &amp; more</title>
<item><title><![CDATA[TCS wins an order]]></title><link>https://news.test/1</link><guid isPermaLink="false">n1</guid>
<description>&lt;p&gt;Details of the &lt;b&gt;order&lt;/b&gt;&lt;/p&gt;</description><pubDate>Thu, 26 Feb 2026 10:00:00 +0530</pubDate></item>
<item><title>No date</title><link>javascript:alert(1)</link></item>
</channel></rss>`;

export const ATOM_FEED = `<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom</title>
<entry><title>INFY and TCS</title><id>a1</id><link rel="self" href="https://news.test/self"/><link href="https://news.test/a1"/>
<published>2026-02-26T04:30:00Z</published><updated>2026-02-26T06:00:00Z</updated><summary>words</summary></entry></feed>`;

export const FORM4 = `<?xml version="1.0"?>
<ownershipDocument><issuer><issuerCik>0000051143</issuerCik><issuerTradingSymbol>IBM</issuerTradingSymbol></issuer>
<reportingOwner><reportingOwnerId><rptOwnerName>Doe Jane</rptOwnerName></reportingOwnerId>
<reportingOwnerRelationship><isDirector>0</isDirector><isOfficer>1</isOfficer><officerTitle>CFO</officerTitle></reportingOwnerRelationship></reportingOwner>
<nonDerivativeTable>
<nonDerivativeTransaction><transactionDate><value>2026-02-24</value></transactionDate>
<transactionCoding><transactionCode>P</transactionCode></transactionCoding>
<transactionAmounts><transactionShares><value>1000</value></transactionShares><transactionPricePerShare><value>100.5</value></transactionPricePerShare></transactionAmounts></nonDerivativeTransaction>
<nonDerivativeTransaction><transactionDate><value>2026-02-24</value></transactionDate>
<transactionCoding><transactionCode>A</transactionCode></transactionCoding>
<transactionAmounts><transactionShares><value>50</value></transactionShares><transactionPricePerShare><value>0</value></transactionPricePerShare></transactionAmounts></nonDerivativeTransaction>
</nonDerivativeTable></ownershipDocument>`;

const raw = (value: number) => ({ raw: value, fmt: String(value) });
const measure = (symbol: string, stage: string) => ({ symbol, asmSurvIndicator: stage, survDesc: stage });
const option = { openInterest: 10, totalTradedVolume: 5, impliedVolatility: 25, lastPrice: 12 };

export const recordRoutes: readonly Route[] = [
  nseRoutes[0]!,
  on(/^\/api\/v2\/news$/, () => ({
    body: [
      {
        id: 7,
        created: 'Thu, 26 Feb 2026 09:00:00 -0500',
        updated: 'Thu, 26 Feb 2026 09:30:00 -0500',
        title: 'IBM &amp; partner <b>announce</b>',
        teaser: '<p>Short</p>',
        url: 'https://news.test/7',
        author: 'Desk',
        stocks: [{ name: 'IBM' }, { name: 'not a symbol' }],
      },
    ],
  })),
  on(/^\/api\/v2\.1\/calendar\/ratings$/, () => ({
    body: {
      ratings: [
        {
          id: 'r1',
          date: '2026-02-26',
          time: '09:10:05',
          ticker: 'IBM',
          analyst: 'A Bank',
          analyst_name: 'B',
          action_company: 'Upgrades',
          rating_current: 'Buy',
          rating_prior: 'Hold',
          pt_current: '1,120.00',
          pt_prior: '',
          currency: 'USD',
          updated: Date.parse('2026-02-26T14:20:00Z') / 1000,
        },
      ],
    },
  })),
  on(/^\/api\/v2\.1\/calendar\/economics$/, () => {
    const row = {
      id: 'e1',
      date: '2026-02-26',
      time: '08:30:00',
      country: 'USA',
      event_name: 'GDP',
      event_period: 'Q4',
      importance: 5,
    };
    const early = {
      ...row,
      actual: '',
      consensus: '2.1',
      prior: '3.0',
      actual_t: '%',
      updated: Date.parse('2026-02-20T10:00:00Z') / 1000,
    };
    const late = { ...early, actual: '2.4', updated: Date.parse('2026-02-26T13:30:20Z') / 1000 };
    return { body: { economics: [early, late] } };
  }),
  on(/^\/v1beta1\/news$/, () => ({
    body: {
      news: [
        {
          id: 5,
          headline: 'IBM',
          summary: '',
          created_at: '2026-02-26T10:00:00Z',
          updated_at: '2026-02-26T10:05:00Z',
          symbols: ['IBM'],
          source: 'benzinga',
          url: 'ftp://x',
        },
      ],
      next_page_token: null,
    },
  })),
  on(/^\/v2\/reference\/news$/, () => ({
    body: {
      results: [
        {
          id: 'p1',
          title: 'IBM',
          published_utc: '2026-02-26T10:00:00Z',
          article_url: 'https://news.test/p1',
          tickers: ['IBM'],
          publisher: { name: 'Wire' },
        },
      ],
    },
  })),
  on(/^\/fred\/series\/observations$/, () => ({
    body: {
      count: 3,
      offset: 0,
      limit: 100_000,
      observations: [
        { realtime_start: '2026-01-29', realtime_end: '2026-02-25', date: '2025-10-01', value: '100.0' },
        { realtime_start: '2026-02-26', realtime_end: '9999-12-31', date: '2025-10-01', value: '101.5' },
        { realtime_start: '2026-02-26', realtime_end: '9999-12-31', date: '2026-01-01', value: '.' },
      ],
    },
  })),
  on(/^\/feed$/, () => ({ headers: { 'content-type': 'application/rss+xml' }, body: RSS_FEED })),
  on(/^\/api\/v1\/access_token$/, () => ({
    body: { access_token: 'REDDITTOKEN', token_type: 'bearer', expires_in: 3600 },
  })),
  on(/^\/r\/stocks\/new$/, () => ({
    body: {
      data: {
        after: null,
        children: [
          {
            kind: 't3',
            data: {
              name: 't3_a',
              title: 'Thoughts on TCS',
              selftext: 'cheap',
              created_utc: Date.parse('2026-02-26T10:00:00Z') / 1000,
              subreddit: 'stocks',
              author: 'someone',
            },
          },
          {
            kind: 't3',
            data: {
              name: 't3_b',
              title: 'Nothing here',
              created_utc: Date.parse('2026-02-26T11:00:00Z') / 1000,
              subreddit: 'stocks',
              author: 'someone',
            },
          },
        ],
      },
    },
  })),
  on(/^\/2\/tweets\/search\/recent$/, () => ({
    body: {
      data: [{ id: '1', text: '$TCS up', created_at: '2026-02-26T10:00:00.000Z', author_id: '99' }],
      meta: { result_count: 1 },
    },
  })),
  on(/^\/v1\/test\/getcrumb$/, () => ({ body: 'Cr.umb/123' })),
  on(/^\/v10\/finance\/quoteSummary\/TCS\.NS$/, (_, query) =>
    query.get('crumb') === 'Cr.umb/123'
      ? {
          body: {
            quoteSummary: {
              error: null,
              result: [
                {
                  defaultKeyStatistics: {
                    trailingEps: raw(12.5),
                    mostRecentQuarter: raw(Date.parse('2025-12-31') / 1000),
                    beta: raw(1),
                    bookValue: {},
                  },
                  financialData: {
                    totalRevenue: raw(1e9),
                    freeCashflow: raw(2e8),
                    currentPrice: raw(100),
                    financialCurrency: 'INR',
                  },
                },
              ],
            },
          },
        }
      : { status: 401, body: 'Invalid Crumb' },
  ),
  on(/^\/query$/, (_, query) =>
    query.get('function') === 'OVERVIEW'
      ? {
          body: {
            Symbol: 'IBM',
            Currency: 'USD',
            LatestQuarter: '2025-12-31',
            EPS: '6.1',
            PERatio: '20',
            DividendPerShare: 'None',
          },
        }
      : undefined,
  ),
  on(/^\/files\/company_tickers\.json$/, () => ({ body: { 0: { cik_str: 51143, ticker: 'IBM', title: 'IBM' } } })),
  on(/^\/submissions\/CIK0000051143\.json$/, () => ({
    body: {
      filings: {
        recent: {
          accessionNumber: ['0000051143-26-000012', '0000051143-26-000011'],
          acceptanceDateTime: ['2026-02-25T17:30:00.000Z', '2026-02-24T17:30:00.000Z'],
          form: ['4', '8-K'],
          primaryDocument: ['xslF345X05/form4.xml', 'a.htm'],
        },
      },
    },
  })),
  on(/^\/Archives\/edgar\/data\/51143\/000005114326000012\/form4\.xml$/, () => ({
    headers: { 'content-type': 'text/xml' },
    body: FORM4,
  })),
  on(/^\/api\/corporates-pit$/, () => ({
    body: {
      acqNameList: [],
      data: [
        {
          symbol: 'TCS',
          acqName: 'A Person',
          personCategory: 'Promoters',
          secAcq: '1000',
          secVal: '3500000',
          tdpTransactionType: 'Buy',
          acqMode: 'Market Purchase',
          acqfromDt: '24-Feb-2026',
          date: '26-Feb-2026 21:54',
          pid: '123',
        },
        {
          symbol: 'TCS',
          acqName: 'B Person',
          personCategory: 'Employees',
          secAcq: '10',
          secVal: '-',
          tdpTransactionType: 'Buy',
          acqMode: 'ESOP',
          acqfromDt: '24-Feb-2026',
          date: '26-Feb-2026',
          pid: '124',
        },
        { symbol: 'TCS', acqName: 'C Person', secAcq: '-', acqfromDt: '-', pid: '125' },
      ],
    },
  })),
  on(/^\/api\/option-chain-equities$/, () => ({
    body: {
      records: {
        timestamp: '26-Feb-2026 15:30:00',
        underlyingValue: 3500,
        data: [
          {
            strikePrice: 3500,
            expiryDate: '26-Mar-2026',
            CE: option,
            PE: { ...option, impliedVolatility: 0, lastPrice: 0 },
          },
          { strikePrice: 3600, expiryDate: 'soon', CE: option },
        ],
      },
    },
  })),
  on(/^\/api\/reportASM$/, () => ({
    body: {
      longterm: { data: [measure('AAA', 'LTASM - Stage II')] },
      shortterm: { data: [measure('AAA', 'STASM - Stage I'), measure('BBB', 'STASM - Stage I')] },
    },
  })),
  on(/^\/api\/reportGSM$/, () => ({ body: [{ symbol: 'CCC', gsmStage: '1' }] })),
  on(/^\/content\/fo\/fo_secban\.csv$/, () => ({
    headers: { 'content-type': 'text/csv' },
    body: 'Securities in Ban For Trade Date 27-FEB-2026:\n1,DDD\n2,EEE\n',
  })),
  on(/^\/content\/equities\/sec_list_27022026\.csv$/, () => ({
    headers: { 'content-type': 'text/csv' },
    body: 'Symbol,Series,Security Name,Band,Remarks\nTCS,EQ,Tata,No Band,-\nFFF,EQ,F,5,-\nGGG,BE,G,5,-\nHHH,SM,H,20,-\n',
  })),
  on(/^\/api\/event-calendar$/, () => ({
    body: [
      { symbol: 'TCS', purpose: 'Financial Results', bm_desc: 'to consider', date: '12-Mar-2026' },
      { symbol: 'INFY', purpose: 'Dividend', bm_desc: '', date: '12-Mar-2026' },
    ],
  })),
];
