import { makeZip } from './make-zip.ts';
import type { Route, Served } from './vendor-server.ts';

/** Hand-written answers in the vendors' shapes: prices and names are made up. */
export const on =
  (pattern: RegExp, answer: (path: string[], query: URLSearchParams) => Served): Route =>
  ({ path, query }) => {
    const match = pattern.exec(path);
    return match === null ? undefined : answer([...match], query);
  };
const json = (body: object): Served => ({ body });
const seconds = (iso: string): number => Date.parse(iso) / 1000;

export const UDIFF_HEADER =
  'TradDt,BizDt,Sgmt,Src,FinInstrmTp,FinInstrmId,ISIN,TckrSymb,SctySrs,XpryDt,FininstrmActlXpryDt,StrkPric,OptnTp,' +
  'FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,PrvsClsgPric,UndrlygPric,SttlmPric,OpnIntrst,ChngInOpnIntrst,' +
  'TtlTradgVol,TtlTrfVal,TtlNbOfTxsExctd,SsnId,NewBrdLotQty,Rmks,Rsvd1,Rsvd2,Rsvd3,Rsvd4';

export function udiffCsv(date: string, rows: readonly (readonly [symbol: string, close: number])[]): string {
  const lines = rows.map(
    ([symbol, close]) =>
      `${date},${date},CM,NSE,STK,1,,${symbol},EQ,,,,,${symbol} LTD,${close},${close + 1},${close - 1},${close},${close},${close},,${close},,,1000,${close * 1000},10,F1,1,,,,,`,
  );
  return `${[UDIFF_HEADER, ...lines].join('\n')}\n`;
}

export function cmCsv(date: string, rows: readonly (readonly [symbol: string, close: number])[]): string {
  const lines = rows.map(
    ([symbol, close]) =>
      `${symbol},EQ,${close},${close + 1},${close - 1},${close},${close},${close},1000,${close * 1000},${date},10,INE000A01001,`,
  );
  return `${['SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,', ...lines].join('\n')}\n`;
}

/** The closes of indices as the exchange publishes them, one without prices among them. */
export const indexCsv = (date: string): string =>
  [
    'Index Name,Index Date,Open Index Value,High Index Value,Low Index Value,Closing Index Value,Points Change,Change(%),Volume,Turnover (Rs. Cr.),P/E,P/B,Div Yield',
    `Nifty 50,${date},24980.1,25010.25,24850,24900.15,-80.2,-.32,280000000,25000.12,22.1,3.5,1.3`,
    `NIFTY Oil & Gas,${date},11010,11050.5,10990.2,11040,12.1,.11,120000000,4000.5,12.1,1.9,2.1`,
    `India VIX,${date},13.1,13.9,12.9,13.5,.3,2.2,-,-,-,-,-`,
    `Nifty 10 yr Benchmark G-Sec,${date},-,-,-,2510.2,1.1,.04,-,-,-,-,-`,
    `Sensex-like basket,${date},1,1,1,1,0,0,-,-,-,-,-`,
  ].join('\n') + '\n';

export const zipOf = (name: string, text: string): Uint8Array =>
  makeZip([{ name, content: new TextEncoder().encode(text) }]);

export const nseRoutes: readonly Route[] = [
  on(/^\/$/, () => ({
    headers: { 'content-type': 'text/html', 'set-cookie': ['nsit=abc; Path=/; HttpOnly', 'nseappid=def; Path=/'] },
    body: '<!DOCTYPE html><html>NSE</html>',
  })),
  on(/^\/content\/cm\/BhavCopy_NSE_CM_0_0_0_(\d{8})_F_0000\.csv\.zip$/, ([, day]) => {
    const date = `${day!.slice(0, 4)}-${day!.slice(4, 6)}-${day!.slice(6)}`;
    return { body: zipOf('udiff.csv', udiffCsv(date, [['TCS', 100]])) };
  }),
  on(/^\/content\/indices\/ind_close_all_(\d{2})(\d{2})(\d{4})\.csv$/, ([, day, month, year]) => ({
    headers: { 'content-type': 'text/csv' },
    body: indexCsv(`${day}-${month}-${year}`),
  })),
  on(
    /^\/content\/historical\/EQUITIES\/\d{4}\/[A-Z]{3}\/cm(\d{2})([A-Z]{3})(\d{4})bhav\.csv\.zip$/,
    ([, day, month, year]) => ({
      body: zipOf('cm.csv', cmCsv(`${day}-${month}-${year}`, [['TCS', 100]])),
    }),
  ),
];

export const yahooChart = (
  over: { meta?: object; timestamps?: number[]; close?: (number | null)[]; events?: object } = {},
): object => {
  const timestamps = over.timestamps ?? [seconds('2026-02-25T03:45:00Z'), seconds('2026-02-26T03:45:00Z')];
  const close = over.close ?? [100, 101];
  const shifted = (by: number) => close.map((value) => (value === null ? null : value + by));
  return {
    chart: {
      error: null,
      result: [
        {
          meta: { symbol: 'TCS.NS', currency: 'INR', exchangeName: 'NSI', dataGranularity: '1d', ...over.meta },
          timestamp: timestamps,
          ...(over.events === undefined ? {} : { events: over.events }),
          indicators: {
            quote: [{ open: close, high: shifted(1), low: shifted(-1), close, volume: close.map(() => 1000) }],
            adjclose: [{ adjclose: close }],
          },
        },
      ],
    },
  };
};
export const yahooRoutes: readonly Route[] = [on(/^\/v8\/finance\/chart\/TCS\.NS$/, () => json(yahooChart()))];

export const alphaVantageRoutes: readonly Route[] = [
  on(/^\/query$/, (_, query) => {
    const row = (close: number) => ({
      '1. open': `${close}.0000`,
      '2. high': `${close + 1}.0000`,
      '3. low': `${close - 1}.0000`,
      '4. close': `${close}.0000`,
      '5. volume': '1000',
    });
    switch (query.get('function')) {
      case 'TIME_SERIES_DAILY':
        return json({
          'Meta Data': { '2. Symbol': 'IBM', '5. Time Zone': 'US/Eastern' },
          'Time Series (Daily)': { '2026-02-26': row(101), '2026-02-25': row(100), '2025-12-01': row(90) },
        });
      case 'SPLITS':
        return json({ symbol: 'IBM', data: [{ effective_date: '2026-02-26', split_factor: '2.0000' }] });
      case 'DIVIDENDS':
        return json({
          symbol: 'IBM',
          data: [
            { ex_dividend_date: '2026-02-25', amount: '1.67' },
            { ex_dividend_date: 'None', amount: '1' },
          ],
        });
      default:
        return json({ 'Error Message': 'Invalid API call' });
    }
  }),
];

export const KITE_INSTRUMENTS = `instrument_token,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,segment,exchange
2953217,11536,TCS,"TATA, CONSULTANCY",0,,0,0.05,1,EQ,NSE,NSE
738561,2885,RELIANCE,RELIANCE,0,,0,0.05,1,EQ,NSE,NSE
256265,1001,NIFTY 50,NIFTY 50,0,,0,0,0,EQ,INDICES,NSE
`;
export const kiteRoutes: readonly Route[] = [
  on(/^\/instruments\/NSE$/, () => ({ headers: { 'content-type': 'text/csv' }, body: KITE_INSTRUMENTS })),
  on(/^\/instruments\/historical\/2953217\/day$/, () =>
    json({
      status: 'success',
      data: {
        candles: [
          ['2026-02-25T00:00:00+0530', 100, 101, 99, 100, 1000],
          ['2026-02-26T00:00:00+0530', 101, 102, 100, 101, 1100],
        ],
      },
    }),
  ),
  on(/^\/instruments\/historical\/2953217\/60minute$/, () =>
    json({ status: 'success', data: { candles: [['2026-02-26T09:15:00+0530', 100, 101, 99, 100, 1000]] } }),
  ),
];

const alpacaBar = (t: string, c: number) => ({ t, o: c, h: c + 1, l: c - 1, c, v: 1000, n: 10, vw: c });
export const alpacaRoutes: readonly Route[] = [
  on(/^\/v2\/stocks\/IBM\/bars$/, (_, query) =>
    query.get('page_token') === 'p2'
      ? json({ symbol: 'IBM', bars: [alpacaBar('2026-02-26T05:00:00Z', 101)], next_page_token: null })
      : json({ symbol: 'IBM', bars: [alpacaBar('2026-02-25T05:00:00Z', 100)], next_page_token: 'p2' }),
  ),
  on(/^\/v1\/corporate-actions$/, () =>
    json({
      corporate_actions: {
        forward_splits: [{ symbol: 'IBM', new_rate: 3, old_rate: 1, ex_date: '2026-02-26' }],
        cash_dividends: [{ symbol: 'IBM', rate: 1.5, ex_date: '2026-02-25' }],
      },
      next_page_token: null,
    }),
  ),
  on(/^\/v2\/assets$/, () =>
    json([{ symbol: 'IBM', name: 'IBM', exchange: 'NYSE', class: 'us_equity', status: 'active', tradable: true }]),
  ),
  on(/^\/v2\/calendar$/, () => json([{ date: '2026-02-26', open: '09:30', close: '16:00', session_open: '0400' }])),
];

const midnight = (date: string): number => Date.parse(`${date}T05:00:00Z`);
const aggregate = (date: string, c: number) => ({
  t: midnight(date),
  o: c,
  h: c + 1,
  l: c - 1,
  c,
  v: 1000.4,
  vw: c,
  n: 9,
});
export const polygonRoutes = (url: string): readonly Route[] => [
  on(/^\/v2\/aggs\/ticker\/IBM\/range\/1\/day\//, (_, query) =>
    query.get('cursor') === 'c2'
      ? json({ ticker: 'IBM', adjusted: false, status: 'OK', results: [aggregate('2026-02-26', 101)] })
      : json({
          ticker: 'IBM',
          adjusted: false,
          status: 'OK',
          results: [aggregate('2026-02-25', 100)],
          next_url: `${url}/v2/aggs/ticker/IBM/range/1/day/2026-02-25/2026-02-26?cursor=c2`,
        }),
  ),
  on(/^\/v3\/reference\/splits$/, () =>
    json({ status: 'OK', results: [{ ticker: 'IBM', execution_date: '2026-02-26', split_from: 1, split_to: 4 }] }),
  ),
  on(/^\/v3\/reference\/dividends$/, () =>
    json({
      status: 'OK',
      results: [
        { ticker: 'IBM', ex_dividend_date: '2026-02-25', cash_amount: 0.5, currency: 'USD' },
        { ticker: 'IBM', ex_dividend_date: '2026-02-24', cash_amount: 0.5, currency: 'CAD' },
      ],
    }),
  ),
  on(/^\/v1\/marketstatus\/upcoming$/, () =>
    json([
      { date: '2026-04-03', exchange: 'NYSE', name: 'Good Friday', status: 'closed' },
      {
        date: '2026-11-27',
        exchange: 'NYSE',
        name: 'Thanksgiving',
        status: 'early-close',
        open: '2026-11-27T14:30:00.000Z',
        close: '2026-11-27T18:00:00.000Z',
      },
    ]),
  ),
];
