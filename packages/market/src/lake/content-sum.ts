import type { BarTable } from '../bars.ts';

/** The sum over the hashes of bars: the same however they were ordered, split into objects or compacted. */
export interface ContentSum {
  /** Adds the rows (all of them when none are named), or takes them away. */
  add(table: BarTable, rows?: Int32Array, sign?: 1 | -1): void;
  /** 16 hex digits. */
  hex(): string;
}

/**
 * A sum modulo 2^64 (two lanes of 32 bits) over one mixed hash per bar: symbol, day, minute, prices and volume, not the
 * provenance. Adding and taking away single bars keeps it right without reading the others. It tells states of the lake
 * apart and finds damage; it is no defence against someone who builds bars to fool it (the objects' SHA-256 are).
 */
export function makeContentSum(start = '0000000000000000'): ContentSum {
  let low = Number.parseInt(start.slice(8), 16) | 0;
  let high = Number.parseInt(start.slice(0, 8), 16) | 0;
  return {
    add(table, rows, sign = 1) {
      const seeds = table.symbols.map(seedsOf);
      const lanesA = Int32Array.from(seeds, ([a]) => a);
      const lanesB = Int32Array.from(seeds, ([, b]) => b);
      const columns = [table.open, table.high, table.low, table.close, table.volumeShares].map((values) => ({
        values,
        words: new Int32Array(values.buffer, values.byteOffset, values.length * 2),
      }));
      const [open, highs, lows, close, volume] = columns as [Column, Column, Column, Column, Column];
      const { symbolIndex, sessionDay, openMinute } = table;
      const count = rows?.length ?? symbolIndex.length;
      for (let i = 0; i < count; i++) {
        const row = rows === undefined ? i : rows[i]!;
        const symbol = symbolIndex[row]!;
        const when = (Math.imul(sessionDay[row]!, 2048) + (openMinute === null ? 2047 : openMinute[row]!)) | 0;
        let a = mixA(lanesA[symbol]!, when);
        let b = mixB(lanesB[symbol]!, when);
        // Spelt out: a loop over the columns takes three times as long, and this runs for every bar of an import.
        let [x, y] = [open.words[row * 2]!, open.words[row * 2 + 1]!];
        a = mixA(mixA(a, x), y);
        b = mixB(mixB(b, x), y);
        [x, y] = [highs.words[row * 2]!, highs.words[row * 2 + 1]!];
        a = mixA(mixA(a, x), y);
        b = mixB(mixB(b, x), y);
        [x, y] = [lows.words[row * 2]!, lows.words[row * 2 + 1]!];
        a = mixA(mixA(a, x), y);
        b = mixB(mixB(b, x), y);
        [x, y] = [close.words[row * 2]!, close.words[row * 2 + 1]!];
        a = mixA(mixA(a, x), y);
        b = mixB(mixB(b, x), y);
        // −0 equals 0 as a value, so it must as a word.
        const none = volume.values[row] === 0;
        [x, y] = [none ? 0 : volume.words[row * 2]!, none ? 0 : volume.words[row * 2 + 1]!];
        a = finish(mixA(mixA(a, x), y) ^ b);
        b = finish(mixB(mixB(b, x), y) + a);
        low = (low + sign * a) | 0;
        high = (high + sign * b) | 0;
      }
    },
    hex: () => [high, low].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join(''),
  };
}

interface Column {
  readonly values: Float64Array;
  readonly words: Int32Array;
}

// One multiplication a word and lane: each step is a bijection of the state and of the word, and `finish` mixes the rest.
function mixA(hash: number, word: number): number {
  const h = Math.imul(hash ^ word, 0x9e3779b1);
  return h ^ (h >>> 15);
}

function mixB(hash: number, word: number): number {
  const h = Math.imul((hash + word) | 0, 0x85ebca77);
  return (h << 13) | (h >>> 19);
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function seedsOf(symbol: string): readonly [number, number] {
  let [a, b] = [0x2f0b4437, 0x6c8e9cf5];
  for (let i = 0; i < symbol.length; i++) {
    a = mixA(a, symbol.charCodeAt(i));
    b = mixB(b, symbol.charCodeAt(i));
  }
  return [finish(a ^ symbol.length), finish(b ^ symbol.length)];
}
