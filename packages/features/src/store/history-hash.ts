import type { Series } from '../kernel/kernel.ts';

/** 64 bits in two lanes: tells histories apart; no defence against someone who builds bars to fool it. */
export interface HistoryHash {
  readonly low: number;
  readonly high: number;
}

export const NO_HISTORY: HistoryHash = { low: 0x2f0b4437, high: 0x6c8e9cf5 };

/** The hash over bars [from, to) of everything that features read, going on from that of the bars before. */
export function hashHistory(series: Series, from: number, to: number, before: HistoryHash = NO_HISTORY): HistoryHash {
  const { openMinute, references } = series;
  const columns = [series.open, series.high, series.low, series.close, series.volumeShares];
  for (const name of Object.keys(references).sort()) columns.push(references[name]!);
  const words = columns.map((column) => new Int32Array(column.buffer, column.byteOffset, column.length * 2));
  let low = before.low;
  let high = before.high;
  for (let i = from; i < to; i++) {
    const when = (Math.imul(series.sessionDay[i]!, 2048) + (openMinute === null ? 2047 : openMinute[i]!)) | 0;
    low = mixLow(low, when);
    high = mixHigh(high, when);
    for (let at = 0; at < words.length; at++) {
      const column = words[at]!;
      const x = column[2 * i]!;
      const y = column[2 * i + 1]!;
      low = mixLow(mixLow(low, x), y);
      high = mixHigh(mixHigh(high, x), y);
    }
  }
  return { low, high };
}

function mixLow(hash: number, word: number): number {
  const h = Math.imul(hash ^ word, 0x9e3779b1);
  return h ^ (h >>> 15);
}

function mixHigh(hash: number, word: number): number {
  const h = Math.imul((hash + word) | 0, 0x85ebca77);
  return (h << 13) | (h >>> 19);
}
