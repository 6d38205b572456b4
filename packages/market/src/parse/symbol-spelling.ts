import type { Exchange } from '@aion/core';
import { isKnownSeries } from './series.ts';

/** What a plain file means by the name of an instrument. */
export type Spelling =
  | { readonly kind: 'symbol'; readonly symbol: string }
  /** A row of another series of the share, which is not imported. */
  | { readonly kind: 'series'; readonly symbol: string; readonly series: string }
  /** The same letters are another instrument there. */
  | { readonly kind: 'other_exchange'; readonly exchange: string };

/** What vendors write before or behind the names of an exchange's own shares. */
const OWN: Readonly<Record<Exchange, ReadonlySet<string>>> = {
  NSE: new Set(['NSE', 'NS', 'XNSE', 'NSE_EQ']),
  US: new Set(['US', 'NASDAQ', 'NYSE', 'AMEX', 'ARCA', 'NYSEARCA', 'NYSEAMERICAN', 'BATS', 'XNAS', 'XNYS']),
};
/** `NSE:SBIN`. */
const PREFIX =
  /^(NSE|XNSE|NSE_EQ|BSE|BOM|XBOM|BSE_EQ|NASDAQ|NYSE|AMEX|ARCA|NYSEARCA|NYSEAMERICAN|BATS|XNAS|XNYS|LSE|TSX|HKEX|SGX):(.+)$/;
/** `SBIN.NS`; a class of a share (`BRK.B`) is no ending. */
const ENDING = /^(.+)[.:](NS|NSE|BO|BSE|US|NASDAQ|NYSE|L|TO|HK|SI)$/;
/** Brokers write the series behind the symbol: `SBIN-EQ`, `SUZLON-BE`. `BAJAJ-AUTO` and `MCDOWELL-N` have none. */
const SERIES = /^(.+)(?:-([A-Z][A-Z0-9])|[._](EQ))$/;

/**
 * Reads what vendors write around the symbol, in any order and number: blanks, exchanges, the series of NSE.
 *
 * @example readSpelling('SBIN-EQ.NS', 'NSE') // { kind: 'symbol', symbol: 'SBIN' }
 */
export function readSpelling(text: string, market: Exchange): Spelling {
  const own = OWN[market];
  let symbol = text.trim();
  let otherSeries: string | undefined;
  for (;;) {
    const [, before, behind] = PREFIX.exec(symbol) ?? [];
    const [, name = behind, exchange = before] = (before === undefined && ENDING.exec(symbol)) || [];
    if (exchange !== undefined && !own.has(exchange)) return { kind: 'other_exchange', exchange };
    const [, share, dashed, series = dashed] =
      (exchange === undefined && market === 'NSE' && SERIES.exec(symbol)) || [];
    if (series !== undefined && isKnownSeries(series)) {
      if (series !== 'EQ') otherSeries ??= series;
      symbol = share!;
    } else if (exchange === undefined) break;
    else symbol = name!;
  }
  return otherSeries === undefined ? { kind: 'symbol', symbol } : { kind: 'series', symbol, series: otherSeries };
}
