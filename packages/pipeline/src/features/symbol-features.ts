import { buildModelInput, ema, atr, type SmartMoney, type TimeframeBars } from '@aion/features';

/** What one symbol's features are made from: closed, adjusted bars per timeframe. Plain arrays, so that it can cross to a worker. */
export interface SymbolBars {
  readonly symbol: string;
  readonly bars: TimeframeBars;
}
export type FeatureShard = readonly SymbolBars[];

/** Levels and flags that the plan and the explanation need beside the tensors. Prices are adjusted, major units. */
export interface SymbolFacts {
  readonly close: number;
  readonly previousClose: number;
  readonly atr14: number;
  readonly ema50: number;
  readonly volatility: number;
  /** Close of the last closed month: what the exchange judges the tick by. */
  readonly monthClose: number;
  readonly supports: readonly number[];
  /** Resting levels above the price, nearest first. */
  readonly restingAbove: readonly number[];
  readonly smcFlags: readonly { readonly code: string; readonly title: string }[];
  readonly spark: readonly number[];
}

export type SymbolFeatures =
  | { readonly kind: 'rejected'; readonly symbol: string; readonly reason: string; readonly detail: string }
  | {
      readonly kind: 'features';
      readonly symbol: string;
      readonly ohlcv: Float32Array;
      readonly kline: Float32Array;
      readonly context: Float32Array;
      readonly absent: readonly { readonly name: string; readonly reason: string }[];
      readonly facts: SymbolFacts;
    };

const SPARK_BARS = 30;
const VOLATILITY_BARS = 20;
const RECENT_BARS = 5;
const NEAREST_LEVELS = 8;

/** Features of a shard of symbols. A symbol that fails is rejected with its reason; the others go on. */
export function computeFeatureShard(shard: FeatureShard): SymbolFeatures[] {
  return shard.map(({ symbol, bars }) => {
    const result = buildModelInput(bars);
    if (result.kind === 'rejected') return { kind: 'rejected', symbol, reason: result.reason, detail: result.detail };
    const { ohlcv, kline, context, absent, smartMoney } = result.input;
    return { kind: 'features', symbol, ohlcv, kline, context, absent, facts: factsOf(bars, smartMoney) };
  });
}

function factsOf({ day, month }: TimeframeBars, smartMoney: SmartMoney): SymbolFacts {
  const t = day.close.length - 1;
  const close = day.close[t]!;
  const supports = smartMoney.orderBlocks
    .filter((zone) => zone.direction === 1 && zone.endedAt === null && zone.low < close)
    .map((zone) => zone.low);
  const lastLow = smartMoney.pivots.findLast((pivot) => pivot.side === 'low');
  // One that a bar has gone below since holds no more.
  const holds = lastLow !== undefined && day.low.subarray(lastLow.bar + 1).every((low) => low >= lastLow.price);
  if (holds && lastLow.price < close) supports.push(lastLow.price);
  const restingAbove = smartMoney.resting
    .filter(({ side, price }) => side === 1 && price > close)
    .map(({ price }) => price)
    .sort((a, b) => a - b);
  return {
    close,
    previousClose: day.close[t - 1]!,
    atr14: atr(day, 14)[t]!,
    ema50: ema(day.close, 50)[t]!,
    volatility: dailyVolatility(day.close),
    monthClose: month.close.at(-1) ?? close,
    supports,
    restingAbove: restingAbove.slice(0, NEAREST_LEVELS),
    smcFlags: flagsOf(smartMoney, t),
    spark: Array.from(day.close.subarray(Math.max(0, t + 1 - SPARK_BARS))),
  };
}

function dailyVolatility(close: Float64Array): number {
  const start = close.length - VOLATILITY_BARS;
  let sum = 0;
  let squares = 0;
  for (let i = start; i < close.length; i++) {
    const change = Math.log(close[i]! / close[i - 1]!);
    sum += change;
    squares += change * change;
  }
  const mean = sum / VOLATILITY_BARS;
  return Math.sqrt(Math.max(0, squares / VOLATILITY_BARS - mean * mean));
}

/** What smart money did within the last bars, newest first, in words. */
function flagsOf(smartMoney: SmartMoney, t: number): { code: string; title: string }[] {
  const flags: { code: string; title: string }[] = [];
  const ago = (bar: number): string =>
    t === bar ? 'on the last bar' : `${t - bar} bar${t - bar === 1 ? '' : 's'} ago`;
  const titles = { BOS: 'break of structure', CHoCH: 'change of character', MSS: 'market structure shift' };
  for (const event of smartMoney.breaks.filter((item) => t - item.knownAt <= RECENT_BARS).toReversed()) {
    const way = event.direction === 1 ? 'Bullish' : 'Bearish';
    flags.push({
      code: `${event.concept.toLowerCase()}_${event.direction === 1 ? 'bull' : 'bear'}`,
      title: `${way} ${titles[event.concept]} ${ago(event.knownAt)}`,
    });
  }
  for (const event of smartMoney.liquidity
    .filter((item) => item.kind === 'sweep' && t - item.bar <= RECENT_BARS)
    .toReversed()) {
    flags.push({
      code: event.side === 1 ? 'sweep_high' : 'sweep_low',
      title: `Liquidity ${event.side === 1 ? 'above' : 'below'} swept ${ago(event.bar)}`,
    });
  }
  return flags.slice(0, 6);
}
