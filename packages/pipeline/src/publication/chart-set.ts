import { CHART_TIMEFRAMES } from '@aion/core';
import type { ChartBar, ChartMark, ChartTimeframe } from '@aion/contracts';
import { scanSmartMoney, sliceColumns, type BarColumns, type SmartMoney } from '@aion/features';
import type { ChartSet } from '@aion/signals';

/** Bars of one timeframe with the time that a chart shows for each: a session date or epoch seconds. */
export interface TimedBars {
  readonly times: readonly (string | number)[];
  readonly bars: BarColumns;
}

export type TimedFrames = Readonly<Partial<Record<ChartTimeframe, TimedBars>>>;

const SHOWN_BARS: Readonly<Record<ChartTimeframe, number>> = { M: 60, W: 120, D: 250, '4H': 120, '1H': 200 };
const MISSING: Readonly<Record<ChartTimeframe, string>> = {
  M: 'no closed month yet',
  W: 'no closed week yet',
  D: 'no daily bars',
  '4H': 'no intraday bars for this instrument',
  '1H': 'no intraday bars for this instrument',
};

/** The charts of one instrument: bars and smart-money marks per timeframe, as they were known at the last bar. */
export function makeChartSet(frames: TimedFrames): ChartSet {
  const charts: ChartSet['charts'] = {};
  const missingTimeframes: ChartSet['missingTimeframes'] = [];
  for (const timeframe of CHART_TIMEFRAMES) {
    const frame = frames[timeframe];
    if (frame === undefined || frame.times.length === 0)
      missingTimeframes.push({ timeframe, reason: MISSING[timeframe] });
    else charts[timeframe] = toChart(frame, SHOWN_BARS[timeframe]);
  }
  return { charts, missingTimeframes };
}

function toChart(frame: TimedBars, shown: number): { bars: ChartBar[]; marks: ChartMark[] } {
  const length = frame.times.length;
  const start = Math.max(0, length - shown);
  const visible = sliceColumns(frame.bars, start, length);
  const bars = frame.times.slice(start).map((time, i) => ({
    time,
    open: rounded(visible.open[i]!),
    high: rounded(visible.high[i]!),
    low: rounded(visible.low[i]!),
    close: rounded(visible.close[i]!),
    volumeShares: Math.round(visible.volumeShares[i]!),
  }));
  return { bars, marks: marksOf(frame, start) };
}

/** Marks whose bars are shown; zones that ended before the shown bars are left out. */
function marksOf(frame: TimedBars, start: number): ChartMark[] {
  const found = scanSmartMoney(frame.bars);
  const time = (bar: number): string | number => frame.times[bar]!;
  const marks: ChartMark[] = [];
  for (const [concept, zones] of [
    ['order_block', found.orderBlocks],
    ['fair_value_gap', found.fairValueGaps],
  ] as const) {
    for (const zone of zones) {
      if (zone.bar < start) continue;
      marks.push({
        kind: 'zone',
        concept,
        side: zone.direction === 1 ? 'bull' : 'bear',
        from: time(zone.bar),
        to: zone.endedAt === null ? null : time(zone.endedAt),
        knownAt: time(zone.knownAt),
        low: rounded(zone.low),
        high: rounded(zone.high),
        state: zone.states.at(-1)!.state,
        states: zone.states.map(({ state, bar }) => ({ state, at: time(bar) })),
      });
    }
  }
  for (const event of found.breaks) {
    if (event.pivotBar < start) continue;
    marks.push({
      kind: 'break',
      concept: event.concept,
      side: event.direction === 1 ? 'bull' : 'bear',
      from: time(event.pivotBar),
      to: time(event.bar),
      knownAt: time(event.knownAt),
      price: rounded(event.price),
    });
  }
  for (const event of found.liquidity) {
    if (event.kind !== 'sweep' || event.bar < start) continue;
    marks.push({
      kind: 'sweep',
      side: event.side === 1 ? 'bear' : 'bull',
      at: time(event.bar),
      knownAt: time(event.bar),
      price: rounded(event.price),
    });
  }
  for (const pivot of found.pivots) {
    if (pivot.bar < start) continue;
    marks.push({
      kind: 'pivot',
      side: pivot.side,
      at: time(pivot.bar),
      knownAt: time(pivot.knownAt),
      price: rounded(pivot.price),
    });
  }
  // A level keeps its meaning however long ago its pivot was, so it stays when the pivot is out of sight.
  for (const level of found.resting) {
    marks.push({
      kind: 'level',
      side: level.side === 1 ? 'high' : 'low',
      at: time(level.bar),
      knownAt: time(level.knownAt),
      price: rounded(level.price),
    });
  }
  const range = dealingRange(found, frame.bars);
  if (range !== null) {
    marks.push({
      kind: 'range',
      from: time(range.bar),
      knownAt: time(range.knownAt),
      low: rounded(range.low),
      high: rounded(range.high),
    });
  }
  return marks;
}

/**
 * The range that `smc_premium` measures in at the last bar: from the last pivot low to the last pivot high, or to the
 * extreme since the newer of them when that lies beyond the other. Null before there are two.
 */
export function dealingRange(
  { pivots }: Pick<SmartMoney, 'pivots'>,
  bars: Pick<BarColumns, 'high' | 'low'>,
): { readonly bar: number; readonly knownAt: number; readonly low: number; readonly high: number } | null {
  const top = pivots.findLast(({ side }) => side === 'high');
  const bottom = pivots.findLast(({ side }) => side === 'low');
  if (top === undefined || bottom === undefined) return null;
  const bar = Math.min(top.bar, bottom.bar);
  let [low, high] = [bottom.price, top.price];
  if (high > low) return { bar, knownAt: Math.max(top.knownAt, bottom.knownAt), low, high };
  if (bottom.bar >= top.bar) high = bars.high.subarray(bottom.bar).reduce(larger);
  else low = bars.low.subarray(top.bar).reduce(smaller);
  // An extreme that is no pivot yet may move with every bar.
  return high > low ? { bar, knownAt: bars.high.length - 1, low, high } : null;
}

// A bar with a missing price says nothing about the extreme.
const larger = (a: number, b: number): number => (b > a ? b : a);
const smaller = (a: number, b: number): number => (b < a ? b : a);

const rounded = (price: number): number => Math.round(price * 1e4) / 1e4;
