import { clamp, makeColumn, type BarColumns } from '../columns.ts';
import { atr } from '../indicators/index.ts';
import { LiquidityStack, type LiquidityEvent } from './liquidity.ts';
import { isPivot, PIVOT_STRENGTH, PivotStack, type Pivot, type StructureBreak } from './structure.ts';
import {
  makeFairValueGaps,
  makeOrderBlocks,
  type FairValueGapState,
  type OrderBlockState,
  type Zone,
} from './zones.ts';

export const SMART_MONEY_COLUMNS = [
  'smc_trend',
  'smc_bos',
  'smc_choch',
  'smc_mss',
  'smc_sweep',
  'smc_ob_bull',
  'smc_ob_bear',
  'smc_fvg_bull',
  'smc_fvg_bear',
  'smc_premium',
  'smc_liq_above',
  'smc_liq_below',
] as const;
export type SmartMoneyColumn = (typeof SMART_MONEY_COLUMNS)[number];

/** Everything that Smart Money Concepts say about a series, per bar and as events. Bars are indexes into the series. */
export interface SmartMoney {
  readonly columns: Readonly<Record<SmartMoneyColumn, Float64Array>>;
  readonly pivots: readonly Pivot[];
  readonly breaks: readonly StructureBreak[];
  readonly liquidity: readonly LiquidityEvent[];
  readonly orderBlocks: readonly Zone<OrderBlockState>[];
  readonly fairValueGaps: readonly Zone<FairValueGapState>[];
}

const DECAY_BARS = 10;
const FAR_ATR = 5;

/**
 * One causal pass over the bars: the value at bar t depends on bars 0…t only, so the columns of every prefix equal those
 * of the whole series. Amortised O(1) per bar: stacks and capped books, no look-back scans.
 *
 * Order within a bar: states of zones advance, levels are taken, the close breaks structure, a gap forms, then the swing
 * `PIVOT_STRENGTH` bars ago is published.
 */
export function scanSmartMoney(bars: BarColumns): SmartMoney {
  const { open, high, low, close } = bars;
  const length = close.length;
  const atr14 = atr(bars, 14);
  const columns = Object.fromEntries(SMART_MONEY_COLUMNS.map((name) => [name, makeColumn(length)])) as Record<
    SmartMoneyColumn,
    Float64Array
  >;
  const pivots: Pivot[] = [];
  const breaks: StructureBreak[] = [];
  const liquidity: LiquidityEvent[] = [];
  const orderBlocks = makeOrderBlocks();
  const gaps = makeFairValueGaps();
  const highs = new PivotStack(bars, 1);
  const lows = new PivotStack(bars, -1);
  const above = new LiquidityStack(1);
  const below = new LiquidityStack(-1);

  let trend = 0;
  const last = { BOS: 0, CHoCH: 0, MSS: 0, sweep: 0 };
  const lastBar = { BOS: 0, CHoCH: 0, MSS: 0, sweep: 0 };
  let pendingShift: StructureBreak | undefined;
  let pivotHigh: Pivot | undefined;
  let pivotLow: Pivot | undefined;
  let highestSinceLow = Number.NEGATIVE_INFINITY;
  let lowestSinceHigh = Number.POSITIVE_INFINITY;

  const mark = (name: keyof typeof last, direction: number, bar: number): void => {
    last[name] = direction;
    lastBar[name] = bar;
  };
  const publishBreak = (event: StructureBreak): void => {
    breaks.push(event);
    mark(event.concept, event.direction, event.knownAt);
  };
  const onBreak = (t: number, direction: 1 | -1, broken: { bar: number; price: number; extremeBar: number }): void => {
    const event: StructureBreak = {
      concept: trend === -direction ? 'CHoCH' : 'BOS',
      direction,
      pivotBar: broken.bar,
      bar: t,
      knownAt: t,
      price: broken.price,
      originBar: broken.extremeBar,
    };
    publishBreak(event);
    trend = direction;
    const displaced = Math.abs(close[t]! - open[t]!) > atr14[t]!;
    pendingShift = event.concept === 'CHoCH' && displaced ? event : undefined;
    const origin = broken.extremeBar;
    orderBlocks.add({ direction, bar: origin, knownAt: t, low: low[origin]!, high: high[origin]! }, 'fresh');
  };

  for (let t = 0; t < length; t++) {
    orderBlocks.update(bars, t);
    gaps.update(bars, t);

    const up = above.takeAt(t, high[t]!, close[t]!);
    const down = below.takeAt(t, low[t]!, close[t]!);
    for (const event of [up, down]) if (event !== undefined) liquidity.push(event);
    const sweptUp = up?.kind === 'sweep';
    const sweptDown = down?.kind === 'sweep';
    if (sweptUp && sweptDown) mark('sweep', close[t]! >= open[t]! ? 1 : -1, t);
    else if (sweptUp) mark('sweep', -1, t);
    else if (sweptDown) mark('sweep', 1, t);

    const brokenHigh = highs.breakAt(t, close[t]!);
    const brokenLow = lows.breakAt(t, close[t]!);
    if (brokenHigh !== undefined) onBreak(t, 1, brokenHigh);
    if (brokenLow !== undefined) onBreak(t, -1, brokenLow);

    const gap = t >= 2 ? gapAt(bars, t) : undefined;
    if (gap !== undefined) gaps.add(gap, 'open');
    // The break bar or the one before it is the gap's middle bar: the gap is known at the break or one bar later.
    if (pendingShift !== undefined && t <= pendingShift.bar + 1) {
      if (gap?.direction === pendingShift.direction) {
        publishBreak({ ...pendingShift, concept: 'MSS', knownAt: t });
        pendingShift = undefined;
      }
    } else pendingShift = undefined;

    highestSinceLow = Math.max(highestSinceLow, high[t]!);
    lowestSinceHigh = Math.min(lowestSinceHigh, low[t]!);
    const candidate = t - PIVOT_STRENGTH;
    if (candidate >= PIVOT_STRENGTH) {
      if (isPivot(high, candidate, PIVOT_STRENGTH, 1)) {
        pivotHigh = { side: 'high', bar: candidate, knownAt: t, price: high[candidate]! };
        pivots.push(pivotHigh);
        highs.publish(pivotHigh);
        above.publish(candidate, pivotHigh.price, atr14[t]!);
        lowestSinceHigh = Number.POSITIVE_INFINITY;
        for (let j = candidate; j <= t; j++) lowestSinceHigh = Math.min(lowestSinceHigh, low[j]!);
      }
      if (isPivot(low, candidate, PIVOT_STRENGTH, -1)) {
        pivotLow = { side: 'low', bar: candidate, knownAt: t, price: low[candidate]! };
        pivots.push(pivotLow);
        lows.publish(pivotLow);
        below.publish(candidate, pivotLow.price, atr14[t]!);
        highestSinceLow = Number.NEGATIVE_INFINITY;
        for (let j = candidate; j <= t; j++) highestSinceLow = Math.max(highestSinceLow, high[j]!);
      }
    }

    const a = atr14[t]!;
    columns.smc_trend[t] = trend;
    columns.smc_bos[t] = decayed(last.BOS, t - lastBar.BOS);
    columns.smc_choch[t] = decayed(last.CHoCH, t - lastBar.CHoCH);
    columns.smc_mss[t] = decayed(last.MSS, t - lastBar.MSS);
    columns.smc_sweep[t] = decayed(last.sweep, t - lastBar.sweep);
    if (a > 0) {
      columns.smc_ob_bull[t] = clamp(orderBlocks.distance(1, close[t]!) / a, 0, FAR_ATR);
      columns.smc_ob_bear[t] = clamp(orderBlocks.distance(-1, close[t]!) / a, 0, FAR_ATR);
      columns.smc_fvg_bull[t] = clamp(gaps.distance(1, close[t]!) / a, 0, FAR_ATR);
      columns.smc_fvg_bear[t] = clamp(gaps.distance(-1, close[t]!) / a, 0, FAR_ATR);
      columns.smc_liq_above[t] = levelDistance(above.nearest(), close[t]!, a);
      columns.smc_liq_below[t] = levelDistance(below.nearest(), close[t]!, a);
    }
    columns.smc_premium[t] = premium(close[t]!, pivotHigh, pivotLow, highestSinceLow, lowestSinceHigh);
  }
  return { columns, pivots, breaks, liquidity, orderBlocks: orderBlocks.all, fairValueGaps: gaps.all };
}

function gapAt(
  bars: BarColumns,
  t: number,
): { direction: 1 | -1; bar: number; knownAt: number; low: number; high: number } | undefined {
  const { open, high, low, close } = bars;
  const rising = close[t - 1]! > open[t - 1]!;
  const falling = close[t - 1]! < open[t - 1]!;
  if (rising && low[t]! > high[t - 2]!)
    return { direction: 1, bar: t - 2, knownAt: t, low: high[t - 2]!, high: low[t]! };
  if (falling && high[t]! < low[t - 2]!)
    return { direction: -1, bar: t - 2, knownAt: t, low: high[t]!, high: low[t - 2]! };
  return undefined;
}

function decayed(direction: number, barsSince: number): number {
  return direction === 0 ? 0 : direction * Math.exp(-barsSince / DECAY_BARS);
}

function levelDistance(level: number, price: number, atr14: number): number {
  return Number.isNaN(level) ? FAR_ATR : clamp(Math.abs(level - price) / atr14, 0, FAR_ATR);
}

/**
 * Where the close stands in the dealing range. When the newer pivot lies beyond the older one (a run whose far swing is
 * not published yet) the extreme since that pivot closes the range, so that the sign keeps its meaning.
 */
function premium(
  close: number,
  pivotHigh: Pivot | undefined,
  pivotLow: Pivot | undefined,
  highestSinceLow: number,
  lowestSinceHigh: number,
): number {
  if (pivotHigh === undefined || pivotLow === undefined) return Number.NaN;
  let top = pivotHigh.price;
  let bottom = pivotLow.price;
  if (top <= bottom) {
    if (pivotLow.bar >= pivotHigh.bar) top = highestSinceLow;
    else bottom = lowestSinceHigh;
  }
  return top > bottom ? clamp((close - bottom) / (top - bottom), -0.5, 1.5) : Number.NaN;
}
