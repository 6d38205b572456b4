import type { ChartBar, ChartMark, ChartTimeframe } from '@aion/contracts';
import { scanSmartMoney, sliceColumns, type BarColumns } from '@aion/features';
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
const ALL: readonly ChartTimeframe[] = ['M', 'W', 'D', '4H', '1H'];

/** The charts of one instrument: bars and smart-money marks per timeframe, as they were known at the last bar. */
export function makeChartSet(frames: TimedFrames): ChartSet {
  const charts: ChartSet['charts'] = {};
  const missingTimeframes: ChartSet['missingTimeframes'] = [];
  for (const timeframe of ALL) {
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
  return marks;
}

const rounded = (price: number): number => Math.round(price * 1e4) / 1e4;
