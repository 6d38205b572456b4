const SYMBOL = /^[A-Z0-9][A-Z0-9&_.-]{0,31}$/;

/** Turns the bytes of symbols into small numbers without making a string per row. */
export interface SymbolDictionary {
  /** The number of the symbol in bytes [start, end), or -1 where they are no symbol. */
  indexOf(bytes: Uint8Array, start: number, end: number): number;
  readonly symbols: readonly string[];
}

/** An open-addressing hash table over the bytes (FNV-1a), doubled when half full. */
export function makeSymbolDictionary(): SymbolDictionary {
  const symbols: string[] = [];
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

  return {
    symbols,
    indexOf(bytes, start, end) {
      const length = end - start;
      if (last >= 0 && same(spellings[last]!, bytes, start, length)) return last;
      let hash = 0x811c9dc5;
      for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
      let slot = hash & (slots.length - 1);
      for (let found = slots[slot]!; found !== -1; found = slots[slot]!) {
        if (same(spellings[found]!, bytes, start, length)) return (last = found);
        slot = (slot + 1) & (slots.length - 1);
      }
      const text = decoder.decode(bytes.subarray(start, end));
      if (!SYMBOL.test(text)) return -1;
      slots[slot] = symbols.length;
      last = symbols.length;
      symbols.push(text);
      spellings.push(bytes.slice(start, end));
      hashes.push(hash);
      if (symbols.length * 2 > slots.length) grow();
      return last;
    },
  };
}
