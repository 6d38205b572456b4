import type { DailyBars } from '@aion/market';

/** 64 bits in two lanes: tells histories apart; no defence against someone who builds bars to fool it. */
export interface HistoryHash {
  readonly low: number;
  readonly high: number;
}

const NO_HISTORY: HistoryHash = { low: 0x2f0b4437, high: 0x6c8e9cf5 };

/** The hash over bars [from, to) of an instrument, going on from that of the bars before. */
export function hashHistory(bars: DailyBars, from: number, to: number, before: HistoryHash = NO_HISTORY): HistoryHash {
  const { sessionDay } = bars;
  const [open, high, low, close, volume] = [bars.open, bars.high, bars.low, bars.close, bars.volumeShares].map(
    (column) => new Int32Array(column.buffer, column.byteOffset, column.length * 2),
  ) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
  let a = before.low;
  let b = before.high;
  for (let i = from; i < to; i++) {
    const at = 2 * i;
    a = mixA(mixA(mixA(a, sessionDay[i]!), open[at]!), open[at + 1]!);
    b = mixB(mixB(mixB(b, sessionDay[i]!), open[at]!), open[at + 1]!);
    a = mixA(mixA(mixA(mixA(a, high[at]!), high[at + 1]!), low[at]!), low[at + 1]!);
    b = mixB(mixB(mixB(mixB(b, high[at]!), high[at + 1]!), low[at]!), low[at + 1]!);
    a = mixA(mixA(mixA(mixA(a, close[at]!), close[at + 1]!), volume[at]!), volume[at + 1]!);
    b = mixB(mixB(mixB(mixB(b, close[at]!), close[at + 1]!), volume[at]!), volume[at + 1]!);
  }
  return { low: a, high: b };
}

function mixA(hash: number, word: number): number {
  const h = Math.imul(hash ^ word, 0x9e3779b1);
  return h ^ (h >>> 15);
}

function mixB(hash: number, word: number): number {
  const h = Math.imul((hash + word) | 0, 0x85ebca77);
  return (h << 13) | (h >>> 19);
}
