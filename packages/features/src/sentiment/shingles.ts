const SHINGLE_WORDS = 3;
/** A story is told by its first words. */
const MAX_WORDS = 120;

/**
 * Hashes of all runs of three words of a text, ascending and distinct (Broder 1997). Case, punctuation and links do not count; a text of fewer words is
 * one run.
 */
export function shinglesOf(text: string): Uint32Array {
  const words = text
    .toLowerCase()
    .replace(/https?:\S+/g, ' ')
    .split(/[^\p{L}\p{N}$%]+/u)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS);
  const found = new Set<number>();
  for (let i = 0; i === 0 || i + SHINGLE_WORDS <= words.length; i++) {
    found.add(hashWords(words.slice(i, i + SHINGLE_WORDS)));
  }
  return Uint32Array.from(found).sort();
}

/** FNV-1a over code points. */
function hashWords(words: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const letter of words.join(' ')) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193);
  return hash >>> 0;
}

/** Share of all shingles of two texts that both have (Jaccard). */
export function similarity(a: Uint32Array, b: Uint32Array): number {
  let both = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      both++;
      i++;
      j++;
    } else if (a[i]! < b[j]!) i++;
    else j++;
  }
  const all = a.length + b.length - both;
  return all === 0 ? 1 : both / all;
}
