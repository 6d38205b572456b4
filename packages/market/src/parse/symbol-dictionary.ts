import { type Exchange, isTicker } from '@aion/core';
import { readSpelling } from './symbol-spelling.ts';

/** With an exchange before it, as in `NSE:SBIN`. */
const SPELT = /^[A-Z0-9][A-Z0-9&_.:-]{0,47}$/;

/** No symbol at all. */
export const NOT_A_SYMBOL = -1;
/** A symbol of another exchange. */
export const OTHER_EXCHANGE = -2;

/** Turns the bytes of symbols into small numbers without making a string per row. */
export interface SymbolDictionary {
  /**
   * The number of the symbol in bytes [start, end), NOT_A_SYMBOL, OTHER_EXCHANGE, or for a row of another series of the share the
   * negative of its two letters (`seriesOf`).
   */
  indexOf(bytes: Uint8Array, start: number, end: number): number;
  readonly symbols: readonly string[];
  /** The symbols that some rows spell otherwise, each with the first such spelling. */
  readonly respelt: ReadonlyMap<string, string>;
}

/** Two letters as a number, and back. */
export const packSeries = (series: string): number => (series.charCodeAt(0) << 8) | series.charCodeAt(1);
export const seriesName = (packed: number): string => String.fromCharCode(packed >> 8, packed & 255);

/**
 * An open-addressing hash table over the bytes (FNV-1a), doubled when half full. With a market the spellings of vendors are read:
 * `SBIN.NS`, `SBIN-EQ` and `SBIN` are one symbol of NSE.
 */
export function makeSymbolDictionary(market?: Exchange): SymbolDictionary {
  const symbols: string[] = [];
  const respelt = new Map<string, string>();
  const indexOfSymbol = new Map<string, number>();
  /** Of each spelling: the number of its symbol, or why it has none. */
  const meanings: number[] = [];
  const spellings: Uint8Array[] = [];
  const hashes: number[] = [];
  const decoder = new TextDecoder('latin1');
  let slots = new Int32Array(8192).fill(-1);
  let last = -1;

  function same(spelling: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
    if (spelling.length !== length) return false;
    for (let i = 0; i < length; i++) if (spelling[i] !== bytes[start + i]) return false;
    return true;
  }

  function grow(): void {
    slots = new Int32Array(slots.length * 2).fill(-1);
    hashes.forEach((hash, index) => {
      let slot = hash & (slots.length - 1);
      while (slots[slot] !== -1) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = index;
    });
  }

  function meaningOf(text: string): number {
    const found = market === undefined ? ({ kind: 'symbol', symbol: text } as const) : readSpelling(text, market);
    if (found.kind === 'other_exchange') return OTHER_EXCHANGE;
    if (found.kind === 'series') return -packSeries(found.series);
    const { symbol } = found;
    if (!isTicker(symbol)) return NOT_A_SYMBOL;
    if (symbol !== text && !respelt.has(symbol)) respelt.set(symbol, text);
    const known = indexOfSymbol.get(symbol);
    if (known !== undefined) return known;
    indexOfSymbol.set(symbol, symbols.length);
    return symbols.push(symbol) - 1;
  }

  return {
    symbols,
    respelt,
    indexOf(bytes, start, end) {
      const length = end - start;
      if (last >= 0 && same(spellings[last]!, bytes, start, length)) return meanings[last]!;
      let hash = 0x811c9dc5;
      for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
      let slot = hash & (slots.length - 1);
      for (let found = slots[slot]!; found !== -1; found = slots[slot]!) {
        if (same(spellings[found]!, bytes, start, length)) return meanings[(last = found)]!;
        slot = (slot + 1) & (slots.length - 1);
      }
      const text = decoder.decode(bytes.subarray(start, end));
      if (!SPELT.test(text)) return NOT_A_SYMBOL;
      last = spellings.length;
      slots[slot] = last;
      spellings.push(bytes.slice(start, end));
      hashes.push(hash);
      meanings.push(meaningOf(text));
      if (spellings.length * 2 > slots.length) grow();
      return meanings[last]!;
    },
  };
}
