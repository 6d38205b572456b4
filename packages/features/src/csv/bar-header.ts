import { AppError } from '@aion/core';
import { PRICE_COLUMNS } from '@aion/market';

/** Known names of columns, without case, blanks and punctuation: `Trade Date`, `trade_date` and `TRADEDATE` are one. */
const NAMES = {
  symbol: [
    'symbol',
    'ticker',
    'tckrsymb',
    'instrument',
    'tscode',
    'tic',
    'stock',
    'scrip',
    'code',
    'tradingsymbol',
    'securityid',
    'secid',
    'securitycode',
    'scripcode',
    'scripid',
    'sccode',
    'permno',
    'securityname',
    'scripname',
    'scname',
    'company',
    'companyname',
    'name',
    // The ISIN of a share changes with its face value: a code or a name goes before.
    'isin',
    'isincode',
    'isinno',
  ],
  time: [
    'datetime',
    'timestamp',
    'date',
    'time',
    'opentime',
    'tradedate',
    'traddt',
    'date1',
    'tradingdate',
    'tradingday',
    'sessiondate',
    'bardate',
    'day',
    'dt',
    'dateutc',
    'datetimeutc',
    'timestamputc',
    'gmttime',
    'localtime',
    'candletime',
    'ts',
    'businessdate',
    'bizdt',
  ],
  clock: ['time'],
  series: ['series', 'sctysrs'],
  open: ['open', 'o', 'openprice', 'opnpric'],
  high: ['high', 'h', 'highprice', 'hghpric'],
  low: ['low', 'l', 'lowprice', 'lwpric'],
  close: ['close', 'c', 'closeprice', 'clspric'],
  volume: [
    'volume',
    'v',
    'vol',
    'sharestraded',
    'noofshares',
    'totaltradedquantity',
    'tottrdqty',
    'ttltradgvol',
    'ttltrdqnty',
  ],
} as const;
const canonical = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** A column by its name; pandas writes its index without one. */
export const columnLabel = (header: readonly string[], column: number): string =>
  header[column] || (column === 0 ? '(the first, unnamed)' : `(number ${column + 1}, unnamed)`);

/** Where the columns of bars stand in a file; −1 where there is none. */
export interface BarHeader {
  readonly symbol: number;
  readonly time: number;
  readonly series: number;
  readonly volume: number;
  /** Open, high, low, close. */
  readonly prices: readonly number[];
  readonly references: readonly { readonly name: string; readonly place: number }[];
  /** Columns that tell rows apart, as the output repeats them. */
  readonly keys: readonly number[];
  /** When a row's bar was, as one text: a column of dates is joined with one of clock times beside it. */
  timeOf(fields: readonly string[]): string;
}

/** @throws AppError(bad_input) when a price column is missing. */
export function readBarHeader(header: readonly string[], references: readonly string[]): BarHeader {
  const lower = header.map((name) => name.toLowerCase().replaceAll(/\s+/g, '_'));
  const known = header.map(canonical);
  const place = (field: keyof typeof NAMES): number =>
    NAMES[field].map((name) => known.indexOf(name)).find((at) => at >= 0) ?? -1;
  const missing = PRICE_COLUMNS.filter((field) => place(field) < 0);
  if (missing.length > 0) {
    throw new AppError(
      'bad_input',
      `the header has no column for ${missing.join(', ')}; expected open, high, low, close (any case), found: ${header.join(', ')}`,
    );
  }
  const [symbol, time, clock, series] = [place('symbol'), place('time'), place('clock'), place('series')];
  const joined = clock >= 0 && clock !== time;
  return {
    symbol,
    time,
    series,
    volume: place('volume'),
    prices: PRICE_COLUMNS.map(place),
    references: references.filter((name) => lower.includes(name)).map((name) => ({ name, place: lower.indexOf(name) })),
    keys: [symbol, series, time, ...(joined ? [clock] : [])].filter((at) => at >= 0),
    timeOf: (fields) => {
      const date = fields[time] ?? '';
      return joined ? withClock(date, fields[clock] ?? '') : date;
    },
  };
}

const MIDNIGHT = /[T ]00:00(?::00)?$/;
const INSTANT = /^\d{9,}$/;

/** A date that is an instant, or has a clock time of its own, stays as it is. */
function withClock(text: string, clock: string): string {
  const date = text.replace(MIDNIGHT, '');
  return clock === '' || date === '' || date.includes(':') || INSTANT.test(date) ? text : `${date} ${clock}`;
}
