import { VALUE_UNIT } from './price-impact.ts';
import { requireOrder, tickSigns, type TradeColumns } from './ticks.ts';

interface Stretch {
  readonly returnFrac: number;
  /** Bought less sold, and all, in ten millions of the currency. */
  readonly signedValue: number;
  readonly value: number;
}

/** Trades joined by clock interval, those of intervals that are over by `untilMs`; the return is from the last price before. */
function stretchesOf(trades: TradeColumns, everyMs: number, untilMs: number): Stretch[] {
  requireOrder('trades', trades.timeMs);
  const signs = tickSigns(trades.price);
  const found: Stretch[] = [];
  let before = Number.NaN;
  for (let i = 0; i < signs.length;) {
    const end = (Math.floor(trades.timeMs[i]! / everyMs) + 1) * everyMs;
    if (end > untilMs) break;
    let signedValue = 0;
    let value = 0;
    for (; i < signs.length && trades.timeMs[i]! < end; i++) {
      const traded = (trades.price[i]! * trades.sizeShares[i]!) / VALUE_UNIT;
      value += traded;
      signedValue += signs[i]! * traded;
    }
    const last = trades.price[i - 1]!;
    if (!Number.isNaN(before)) found.push({ returnFrac: last / before - 1, signedValue, value });
    before = last;
  }
  return found;
}

const LEAST_STRETCHES = 10;

/**
 * Kyle's λ of trades: slope of an interval's return on its signed value in ten millions, signs by the tick rule (Kyle 1985, Lee and Ready
 * 1991). NaN below ten intervals or where flow does not vary.
 */
export function tradeLambda(trades: TradeColumns, everyMs: number, untilMs: number): number {
  const stretches = stretchesOf(trades, everyMs, untilMs);
  const n = stretches.length;
  if (n < LEAST_STRETCHES) return Number.NaN;
  const meanFlow = stretches.reduce((sum, { signedValue }) => sum + signedValue, 0) / n;
  const meanReturn = stretches.reduce((sum, { returnFrac }) => sum + returnFrac, 0) / n;
  let squares = 0;
  let products = 0;
  for (const { signedValue, returnFrac } of stretches) {
    squares += (signedValue - meanFlow) ** 2;
    products += (signedValue - meanFlow) * (returnFrac - meanReturn);
  }
  return squares > 0 ? products / squares : Number.NaN;
}

/** Mean of |return| over value in ten millions by minute (Amihud 2002 within a day); NaN below ten minutes with trades. */
export function tradeAmihud(trades: TradeColumns, untilMs: number): number {
  const minutes = stretchesOf(trades, 60_000, untilMs).filter(({ value }) => value > 0);
  if (minutes.length < LEAST_STRETCHES) return Number.NaN;
  return minutes.reduce((sum, { returnFrac, value }) => sum + Math.abs(returnFrac) / value, 0) / minutes.length;
}
