import type { DailyBars } from '../bars.ts';
import { type CorporateAction, factorsOf } from './corporate-action.ts';

export interface AdjustOptions {
  /** Also take dividends out of older prices (total return), by each one's share of the close before its ex-date. */
  readonly dividends?: boolean;
}

/**
 * Adjusted bars: every bar in the shares of `asOfDay`, also those before an ex-date that has no bar yet. Actions with a later ex-date
 * are not used, so that a value stamped at a day depends on nothing after it. Dividends are applied only when asked for.
 * The raw bars are left as they are; without actions the same columns are returned.
 *
 * @example
 * // INFY closed at 1500 and 1510, the second session the ex-date (20 511) of a split of one share into five:
 * adjustDaily(bars, [{ symbol: 'INFY', exDay: 20_511, kind: 'split', value: 5 }], 20_511).close // [300, 1510]
 */
export function adjustDaily(
  bars: DailyBars,
  actions: readonly CorporateAction[],
  asOfDay: number,
  { dividends = false }: AdjustOptions = {},
): DailyBars {
  const own = actions.filter(({ symbol }) => symbol === bars.symbol);
  const mine = own.filter(({ exDay }) => exDay <= asOfDay);
  const used = mine.filter(({ kind }) => dividends || kind !== 'dividend').sort((a, b) => b.exDay - a.exDay);
  if (used.length === 0) return bars;
  const { length } = bars.sessionDay;
  const price = new Float64Array(length);
  const shares = new Float64Array(length);
  let priceFactor = 1;
  let shareFactor = 1;
  let next = 0;
  for (let row = length - 1; row >= 0; row--) {
    while (next < used.length && used[next]!.exDay > bars.sessionDay[row]!) {
      const action = used[next++]!;
      const factors = factorsOf(action);
      priceFactor *= action.kind === 'dividend' ? dividendFactor(action, bars.close[row]!, own) : factors.price;
      shareFactor *= factors.shares;
    }
    price[row] = priceFactor;
    shares[row] = shareFactor;
  }
  const scaled = (column: Float64Array, factors: Float64Array): Float64Array =>
    column.map((value, row) => value * factors[row]!);
  return {
    symbol: bars.symbol,
    sessionDay: bars.sessionDay,
    open: scaled(bars.open, price),
    high: scaled(bars.high, price),
    low: scaled(bars.low, price),
    close: scaled(bars.close, price),
    volumeShares: scaled(bars.volumeShares, shares),
  };
}

/**
 * 1 − dividend ÷ last close before the ex-date, both in the shares of that close. An amount that a vendor restated holds later splits;
 * taking them out again needs them, also those after the day that is asked for.
 */
function dividendFactor(action: CorporateAction, closeBefore: number, actions: readonly CorporateAction[]): number {
  let perShare = action.value;
  if (action.basisDay !== undefined) {
    for (const later of actions) {
      if (later.exDay > action.exDay && later.exDay <= action.basisDay) perShare *= factorsOf(later).shares;
    }
  }
  // A dividend as large as the price is a wrong row, or a liquidation: no factor can express it.
  return perShare < closeBefore ? 1 - perShare / closeBefore : 1;
}
