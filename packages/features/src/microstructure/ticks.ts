import { AppError } from '@aion/core';

/** Trades of one instrument in order of time. */
export interface TradeColumns {
  readonly timeMs: Float64Array;
  readonly price: Float64Array;
  readonly sizeShares: Float64Array;
}

/** Best bid and ask after each change of either, in order of time. */
export interface QuoteColumns {
  readonly timeMs: Float64Array;
  readonly bid: Float64Array;
  readonly bidShares: Float64Array;
  readonly ask: Float64Array;
  readonly askShares: Float64Array;
}

const isSpread = (bid: number, ask: number): boolean => bid > 0 && ask >= bid && ask < Infinity;

/** Ask less bid over their middle, of each quote; NaN where a side is missing or they cross. */
export function quotedSpread({ bid, ask }: QuoteColumns): Float64Array {
  return bid.map((value, i) => (isSpread(value, ask[i]!) ? (2 * (ask[i]! - value)) / (ask[i]! + value) : Number.NaN));
}

/**
 * Twice the distance of each trade from the middle, over the middle (Lee and Ready 1991; Holden and Jacobsen 2014). The middle is of the last quote
 * strictly before the trade: a quote of the same millisecond may already answer it. NaN where there is none.
 */
export function effectiveSpread(trades: TradeColumns, quotes: QuoteColumns): Float64Array {
  requireOrder('trades', trades.timeMs);
  requireOrder('quotes', quotes.timeMs);
  const out = new Float64Array(trades.timeMs.length);
  let next = 0;
  for (let i = 0; i < out.length; i++) {
    while (next < quotes.timeMs.length && quotes.timeMs[next]! < trades.timeMs[i]!) next++;
    const bid = quotes.bid[next - 1] ?? Number.NaN;
    const ask = quotes.ask[next - 1] ?? Number.NaN;
    const middle = (bid + ask) / 2;
    out[i] = isSpread(bid, ask) ? (2 * Math.abs(trades.price[i]! - middle)) / middle : Number.NaN;
  }
  return out;
}

/**
 * Order-flow imbalance of each change of the best quotes in shares (Cont, Kukanov and Stoikov 2014, equation 3): bids that come and asks
 * that go count upwards. The first quote has no change: NaN. Sums over a stretch are its imbalance.
 */
export function quoteFlow({ bid, bidShares, ask, askShares }: QuoteColumns): Float64Array {
  const out = new Float64Array(bid.length).fill(Number.NaN);
  for (let n = 1; n < out.length; n++) {
    let flow = 0;
    if (bid[n]! >= bid[n - 1]!) flow += bidShares[n]!;
    if (bid[n]! <= bid[n - 1]!) flow -= bidShares[n - 1]!;
    if (ask[n]! <= ask[n - 1]!) flow -= askShares[n]!;
    if (ask[n]! >= ask[n - 1]!) flow += askShares[n - 1]!;
    const known = Number.isFinite(bid[n]! + bid[n - 1]! + ask[n]! + ask[n - 1]!);
    out[n] = known ? flow : Number.NaN;
  }
  return out;
}

/** Direction of each trade by the tick rule: that of the last change of price; 0 until the price has changed. */
export function tickSigns(price: Float64Array): Int8Array {
  const signs = new Int8Array(price.length);
  for (let i = 1; i < price.length; i++) signs[i] = Math.sign(price[i]! - price[i - 1]!) || signs[i - 1]!;
  return signs;
}

export function requireOrder(what: string, timeMs: Float64Array): void {
  for (let i = 1; i < timeMs.length; i++) {
    if (!(timeMs[i]! >= timeMs[i - 1]!)) {
      throw new AppError(
        'bad_input',
        `expected ${what} in order of time, found ${timeMs[i]} behind ${timeMs[i - 1]} in row ${i}; sort them`,
      );
    }
  }
}
