import { isKnownSeries } from './series.ts';

/** What a plain file means by the name of an instrument. */
export type Spelling =
  | { readonly kind: 'symbol'; readonly symbol: string }
  /** A row of another series of the share, which is not imported. */
  | { readonly kind: 'series'; readonly series: string }
  /** The same letters are another instrument there. */
  | { readonly kind: 'other_exchange'; readonly exchange: string };

/** How vendors end the names of an exchange's shares, and those of others; a class of a share (`BRK.B`) is no ending. */
const ENDINGS: Readonly<Record<string, { readonly own: RegExp; readonly other: RegExp }>> = {
  NSE: { own: /\.(NS|NSE)$/, other: /\.(BO|BSE|US|L|TO|HK|SI)$/ },
  US: { own: /\.US$/, other: /\.(NS|NSE|BO|BSE|L|TO|HK|SI)$/ },
};
/** Brokers write the series behind the symbol: `SBIN-EQ`. `BAJAJ-AUTO` has none. */
const SERIES = /^(.+)-(EQ|BE|BZ|BL|SM|ST)$/;

/** @example readSpelling('SBIN.NS', 'NSE') // { kind: 'symbol', symbol: 'SBIN' } */
export function readSpelling(text: string, market: string): Spelling {
  const endings = ENDINGS[market];
  if (endings === undefined) return { kind: 'symbol', symbol: text };
  const exchange = endings.other.exec(text)?.[1];
  if (exchange !== undefined) return { kind: 'other_exchange', exchange };
  const symbol = text.replace(endings.own, '');
  const [, share, series] = (market === 'NSE' ? SERIES.exec(symbol) : null) ?? [];
  if (share === undefined || series === undefined || !isKnownSeries(series)) return { kind: 'symbol', symbol };
  return series === 'EQ' ? { kind: 'symbol', symbol: share } : { kind: 'series', series };
}
