import type { BarColumns } from '../columns.ts';

export const PIVOT_STRENGTH = 3;

/** A published swing point. `knownAt` = bar + strength: it did not exist before. */
export interface Pivot {
  readonly side: 'high' | 'low';
  readonly bar: number;
  readonly knownAt: number;
  readonly price: number;
}

/** A close beyond the last published unbroken pivot. MSS is a CHoCH with displacement, published when its gap is known. */
export interface StructureBreak {
  readonly concept: 'BOS' | 'CHoCH' | 'MSS';
  readonly direction: 1 | -1;
  readonly pivotBar: number;
  readonly bar: number;
  readonly knownAt: number;
  readonly price: number;
  /** The extreme bar since the broken pivot: the order block's bar. */
  readonly originBar: number;
}

interface OpenPivot {
  readonly bar: number;
  readonly price: number;
  /** The bar of the opposite extreme since the pivot, last on ties. */
  extremeBar: number;
}

/**
 * True when bar i is a swing of the given strength: strictly beyond the bars on its left, at least equal to those on its
 * right. Looks at i ± strength, so it may be asked at bar i + strength and not before.
 */
export function isPivot(values: Float64Array, i: number, strength: number, sign: 1 | -1): boolean {
  if (i < strength || i + strength >= values.length) return false;
  for (let j = 1; j <= strength; j++) {
    if (sign * values[i]! <= sign * values[i - j]!) return false;
    if (sign * values[i]! < sign * values[i + j]!) return false;
  }
  return true;
}

/**
 * Keeps the unbroken pivots of one side as a stack and says when a close breaks the last one. Each pivot is pushed and
 * popped once; the opposite extreme is kept on the top entry only and handed down when it is popped: amortised O(1).
 */
export class PivotStack {
  private readonly entries: OpenPivot[] = [];
  private readonly sign: 1 | -1;
  private readonly opposite: Float64Array;

  /** @param sign 1 for highs (broken upwards), −1 for lows. */
  constructor(bars: BarColumns, sign: 1 | -1) {
    this.sign = sign;
    this.opposite = sign === 1 ? bars.low : bars.high;
  }

  publish(pivot: Pivot): void {
    let extremeBar = pivot.bar;
    for (let j = pivot.bar + 1; j <= pivot.knownAt; j++) extremeBar = this.moreExtreme(extremeBar, j);
    this.entries.push({ bar: pivot.bar, price: pivot.price, extremeBar });
  }

  /** Consumes what the close at `bar` broke. Returns the last published of them, or undefined. */
  breakAt(bar: number, close: number): OpenPivot | undefined {
    const top = this.entries.at(-1);
    if (top === undefined) return undefined;
    top.extremeBar = this.moreExtreme(top.extremeBar, bar);
    if (this.sign * close <= this.sign * top.price) return undefined;
    const broken = top;
    while (this.entries.length > 0 && this.sign * close > this.sign * this.entries.at(-1)!.price) {
      const gone = this.entries.pop()!;
      const below = this.entries.at(-1);
      if (below !== undefined) below.extremeBar = this.moreExtreme(below.extremeBar, gone.extremeBar);
    }
    return broken;
  }

  /** The later bar wins a tie. */
  private moreExtreme(a: number, b: number): number {
    const gap = this.sign * (this.opposite[a]! - this.opposite[b]!);
    return gap > 0 ? b : gap < 0 ? a : Math.max(a, b);
  }
}
