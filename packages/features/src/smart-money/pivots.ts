export const PIVOT_STRENGTH = 3;

/** A published swing point. `knownAt` = bar + strength: it did not exist before. */
export interface Pivot {
  readonly side: 'high' | 'low';
  readonly bar: number;
  readonly knownAt: number;
  readonly price: number;
}

/**
 * True when bar i is a swing of the given strength: strictly beyond the bars on its left, at least equal to those on its
 * right. Looks at i ± strength, so it may be asked at bar i + strength and not before.
 */
export function isPivot(values: Float64Array, i: number, strength: number, sign: 1 | -1): boolean {
  if (i < strength || i + strength >= values.length) return false;
  const value = sign * values[i]!;
  for (let j = 1; j <= strength; j++) {
    if (value <= sign * values[i - j]! || value < sign * values[i + j]!) return false;
  }
  return true;
}
