import { clamp } from '../columns.ts';
import type { Series } from '../kernel/kernel.ts';
import { FairValueGaps } from './fair-value-gaps.ts';
import { LiquidityStack, type LiquidityEvent, type RestingLevel } from './liquidity.ts';
import { OrderBlocks } from './order-blocks.ts';
import { isPivot, PIVOT_STRENGTH, type Pivot } from './pivots.ts';
import type { StateReader } from './state-reader.ts';
import { PivotStack, reach, type Extreme, type OpenPivot, type StructureBreak } from './structure.ts';
import type { FairValueGapState, OrderBlockState, ZoneRecord, ZoneShape } from './zone.ts';

/** Takes down what happened, for charts and explanations. Bars are counted from the first one that the scanner saw. */
export interface SmartMoneyRecord {
  readonly pivots: Pivot[];
  readonly breaks: StructureBreak[];
  readonly liquidity: LiquidityEvent[];
  readonly orderBlocks: ZoneRecord<OrderBlockState>;
  readonly fairValueGaps: ZoneRecord<FairValueGapState>;
}

/** What the scanner reads of a series. */
export type SmartMoneyBars = Pick<Series, 'open' | 'high' | 'low' | 'close'>;

/** Columns in the order of `SMART_MONEY_COLUMNS`. */
type Out = readonly Float64Array[];

export const LOOKBACK_BARS = 2 * PIVOT_STRENGTH;

const DECAY_BARS = 10;
const FAR_ATR = 5;
/** exp(−n/10) is below a double's last digit of anything added to it long before the table ends; from there on it is computed. */
const DECAY = Float64Array.from({ length: 512 }, (_, bars) => Math.exp(-bars / DECAY_BARS));
const [BOS, CHOCH, MSS, SWEEP] = [0, 1, 2, 3];
const PLACE = { BOS, CHoCH: CHOCH, MSS };

/** The last published swing of one side. */
interface LastPivot {
  bar: number;
  price: number;
}

/**
 * Smart Money Concepts as a state that goes on bar by bar: the value at bar t depends on bars 0…t only. Amortised O(1) per bar: stacks
 * and capped lists, no look-back scans.
 *
 * Order within a bar: states of zones advance, levels are taken, the close breaks structure, a gap forms, then the swing
 * `PIVOT_STRENGTH` bars ago is published.
 */
export class SmartMoneyScanner {
  private readonly record: SmartMoneyRecord | undefined;
  private readonly highs = new PivotStack(1);
  private readonly lows = new PivotStack(-1);
  private readonly above = new LiquidityStack(1);
  private readonly below = new LiquidityStack(-1);
  private readonly orderBlocks: OrderBlocks;
  private readonly bullGaps: FairValueGaps;
  private readonly bearGaps: FairValueGaps;
  private seen = 0;
  private gaps = 0;
  private trend = 0;
  /** Direction and bar of the last event of each concept. */
  private readonly events = new Float64Array(8);
  /** Changes of character with displacement that wait for their gap: those of this bar and of the one before, whatever broke since. */
  private pending: StructureBreak[] = [];
  private pivotHigh: LastPivot | undefined;
  private pivotLow: LastPivot | undefined;
  private highestSinceLow = Number.NEGATIVE_INFINITY;
  private lowestSinceHigh = Number.POSITIVE_INFINITY;

  constructor(record?: SmartMoneyRecord) {
    this.record = record;
    this.orderBlocks = new OrderBlocks(record?.orderBlocks);
    this.bullGaps = new FairValueGaps(1, record?.fairValueGaps);
    this.bearGaps = new FairValueGaps(-1, record?.fairValueGaps);
  }

  /** Goes on over bars [from, to): `atr14` and `out` are columns of the same series. */
  run(bars: SmartMoneyBars, atr14: Float64Array, from: number, to: number, out: Out): void {
    for (let i = from; i < to; i++) this.step(bars, i, atr14[i]!, out);
  }

  private step(bars: SmartMoneyBars, i: number, atr: number, out: Out): void {
    const t = this.seen++;
    const high = bars.high[i]!;
    const low = bars.low[i]!;
    const close = bars.close[i]!;
    this.orderBlocks.update(t, low, high, close);
    this.bullGaps.update(t, low, close);
    this.bearGaps.update(t, high, close);
    this.takeLiquidity(t, high, low, close, bars.open[i]!);

    const brokenHigh = this.highs.breakAt(t, low, high, close);
    const brokenLow = this.lows.breakAt(t, low, high, close);
    const body = Math.abs(close - bars.open[i]!);
    if (brokenHigh !== undefined) this.breakStructure(t, 1, brokenHigh, body > atr);
    if (brokenLow !== undefined) this.breakStructure(t, -1, brokenLow, body > atr);
    this.publishGap(bars, i, t);

    if (high > this.highestSinceLow) this.highestSinceLow = high;
    if (low < this.lowestSinceHigh) this.lowestSinceHigh = low;
    if (t >= 2 * PIVOT_STRENGTH) this.publishPivots(bars, i, t, atr);
    this.write(i, t, close, atr, out);
  }

  private takeLiquidity(t: number, high: number, low: number, close: number, open: number): void {
    const up = this.above.takeAt(t, high, close);
    const down = this.below.takeAt(t, low, close);
    if (up === undefined && down === undefined) return;
    if (up !== undefined) this.record?.liquidity.push(up);
    if (down !== undefined) this.record?.liquidity.push(down);
    const sweptUp = up?.kind === 'sweep';
    const sweptDown = down?.kind === 'sweep';
    if (sweptUp && sweptDown) this.mark(SWEEP, close >= open ? 1 : -1, t);
    else if (sweptUp) this.mark(SWEEP, -1, t);
    else if (sweptDown) this.mark(SWEEP, 1, t);
  }

  private breakStructure(t: number, direction: 1 | -1, broken: OpenPivot, displaced: boolean): void {
    const { extreme } = broken;
    const event: StructureBreak = {
      concept: this.trend === -direction ? 'CHoCH' : 'BOS',
      direction,
      pivotBar: broken.bar,
      bar: t,
      knownAt: t,
      price: broken.price,
      originBar: extreme.bar,
    };
    this.publishBreak(event);
    this.trend = direction;
    if (event.concept === 'CHoCH' && displaced) this.pending.push(event);
    this.orderBlocks.add({ direction, bar: extreme.bar, knownAt: t, low: extreme.low, high: extreme.high });
  }

  private publishBreak(event: StructureBreak): void {
    this.record?.breaks.push(event);
    this.mark(PLACE[event.concept], event.direction, event.knownAt);
  }

  private publishGap(bars: SmartMoneyBars, i: number, t: number): void {
    const gap = t >= 2 ? gapAt(bars, i, t) : undefined;
    if (gap !== undefined) (gap.direction === 1 ? this.bullGaps : this.bearGaps).add(gap, this.gaps++);
    if (this.pending.length > 0) this.publishShifts(gap?.direction, t);
  }

  /** The break bar or the one before it is the gap's middle bar: the gap is known at the break or one bar later. */
  private publishShifts(gapDirection: 1 | -1 | undefined, t: number): void {
    const waiting = this.pending.filter((event) => t <= event.bar + 1);
    const shifts = waiting.filter(({ direction }) => direction === gapDirection);
    for (const event of shifts) this.publishBreak({ ...event, concept: 'MSS', knownAt: t });
    this.pending = waiting.filter((event) => !shifts.includes(event) && t < event.bar + 1);
  }

  private publishPivots(bars: SmartMoneyBars, i: number, t: number, atr: number): void {
    const candidate = i - PIVOT_STRENGTH;
    const bar = t - PIVOT_STRENGTH;
    if (isPivot(bars.high, candidate, PIVOT_STRENGTH, 1)) {
      const price = bars.high[candidate]!;
      this.record?.pivots.push({ side: 'high', bar, knownAt: t, price });
      const extreme = extremeSince(bars, candidate, i, bar, 1);
      this.lowestSinceHigh = extreme.low;
      this.highs.publish(bar, price, extreme);
      this.above.publish(bar, price, atr);
      this.pivotHigh = { bar, price };
    }
    if (isPivot(bars.low, candidate, PIVOT_STRENGTH, -1)) {
      const price = bars.low[candidate]!;
      this.record?.pivots.push({ side: 'low', bar, knownAt: t, price });
      const extreme = extremeSince(bars, candidate, i, bar, -1);
      this.highestSinceLow = extreme.high;
      this.lows.publish(bar, price, extreme);
      this.below.publish(bar, price, atr);
      this.pivotLow = { bar, price };
    }
  }

  private write(i: number, t: number, close: number, atr: number, out: Out): void {
    const { events, orderBlocks } = this;
    orderBlocks.measure(close);
    out[0]![i] = this.trend;
    out[1]![i] = decayed(events, BOS, t);
    out[2]![i] = decayed(events, CHOCH, t);
    out[3]![i] = decayed(events, MSS, t);
    out[4]![i] = decayed(events, SWEEP, t);
    out[5]![i] = inRanges(orderBlocks.bullDistance, atr);
    out[6]![i] = inRanges(orderBlocks.bearDistance, atr);
    out[7]![i] = inRanges(this.bullGaps.distance(close), atr);
    out[8]![i] = inRanges(this.bearGaps.distance(close), atr);
    out[9]![i] = this.premium(close);
    out[10]![i] = inRanges(Math.abs(this.above.nearest() - close), atr);
    out[11]![i] = inRanges(Math.abs(this.below.nearest() - close), atr);
  }

  /**
   * Where the close stands in the dealing range. When the newer pivot lies beyond the older one (a run whose far swing is
   * not published yet) the extreme since that pivot closes the range, so that the sign keeps its meaning.
   */
  private premium(close: number): number {
    const { pivotHigh, pivotLow } = this;
    if (pivotHigh === undefined || pivotLow === undefined) return Number.NaN;
    let top = pivotHigh.price;
    let bottom = pivotLow.price;
    if (top <= bottom) {
      if (pivotLow.bar >= pivotHigh.bar) top = this.highestSinceLow;
      else bottom = this.lowestSinceHigh;
    }
    return top > bottom ? clamp((close - bottom) / (top - bottom), -0.5, 1.5) : Number.NaN;
  }

  /** The levels above and below that no bar has reached yet. */
  resting(): RestingLevel[] {
    return [...this.above.resting(), ...this.below.resting()];
  }

  private mark(concept: number, direction: number, bar: number): void {
    this.events[2 * concept] = direction;
    this.events[2 * concept + 1] = bar;
  }

  save(): number[] {
    const { pending, pivotHigh, pivotLow } = this;
    const into = [this.seen, this.gaps, this.trend, this.highestSinceLow, this.lowestSinceHigh];
    into.push(...this.events);
    for (const pivot of [pivotHigh, pivotLow]) into.push(pivot?.bar ?? -1, pivot?.price ?? 0);
    into.push(pending.length);
    for (const { bar, direction, pivotBar, price, originBar } of pending)
      into.push(bar, direction, pivotBar, price, originBar);
    for (const part of this.parts()) part.save(into);
    return into;
  }

  /** Takes up a saved state; what a record had seen before is not in it. */
  load(from: StateReader): void {
    this.seen = from.next();
    this.gaps = from.next();
    this.trend = from.next();
    this.highestSinceLow = from.next();
    this.lowestSinceHigh = from.next();
    for (let at = 0; at < this.events.length; at++) this.events[at] = from.next();
    const pivot = (): LastPivot | undefined => {
      const [bar, price] = [from.next(), from.next()];
      return bar < 0 ? undefined : { bar, price };
    };
    this.pivotHigh = pivot();
    this.pivotLow = pivot();
    this.pending = Array.from({ length: from.next() }, () => {
      const [bar, direction, pivotBar] = [from.next(), from.next() as 1 | -1, from.next()];
      return { concept: 'CHoCH', direction, pivotBar, bar, knownAt: bar, price: from.next(), originBar: from.next() };
    });
    for (const part of this.parts()) part.load(from);
  }

  private parts(): readonly { save(into: number[]): void; load(from: StateReader): void }[] {
    return [this.highs, this.lows, this.above, this.below, this.orderBlocks, this.bullGaps, this.bearGaps];
  }
}

function decayed(events: Float64Array, concept: number, t: number): number {
  const direction = events[2 * concept]!;
  if (direction === 0) return 0;
  const bars = t - events[2 * concept + 1]!;
  return direction * (bars < DECAY.length ? DECAY[bars]! : Math.exp(-bars / DECAY_BARS));
}

/** A distance in average ranges, at most 5; 5 for Infinity and NaN: there is nothing near. */
function inRanges(distance: number, atr: number): number {
  if (!(atr > 0)) return Number.NaN;
  const ranges = distance / atr;
  return ranges < FAR_ATR ? ranges : FAR_ATR;
}

/** The opposite extreme from a pivot to the bar at hand, the pivot's own bar included. */
function extremeSince(bars: SmartMoneyBars, candidate: number, to: number, bar: number, sign: 1 | -1): Extreme {
  const extreme = { bar, low: bars.low[candidate]!, high: bars.high[candidate]! };
  for (let i = candidate + 1; i <= to; i++) reach(extreme, sign, bar + i - candidate, bars.low[i]!, bars.high[i]!);
  return extreme;
}

function gapAt(bars: SmartMoneyBars, i: number, t: number): ZoneShape | undefined {
  const { open, high, low, close } = bars;
  if (low[i]! > high[i - 2]! && close[i - 1]! > open[i - 1]!)
    return { direction: 1, bar: t - 2, knownAt: t, low: high[i - 2]!, high: low[i]! };
  if (high[i]! < low[i - 2]! && close[i - 1]! < open[i - 1]!)
    return { direction: -1, bar: t - 2, knownAt: t, low: high[i]!, high: low[i - 2]! };
  return undefined;
}
