import type { StateReader } from './state-reader.ts';

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

/** A bar on the other side of a pivot: for a high the lowest bar since it, with its range. */
export interface Extreme {
  bar: number;
  low: number;
  high: number;
}

/** An unbroken pivot. */
export interface OpenPivot {
  readonly bar: number;
  readonly price: number;
  readonly extreme: Extreme;
}

/**
 * Keeps the unbroken pivots of one side as a stack and says when a close breaks the last one. Each pivot is pushed and
 * popped once; the opposite extreme is kept on the top entry only and handed down when it is popped: amortised O(1).
 */
export class PivotStack {
  private readonly entries: OpenPivot[] = [];
  private readonly sign: 1 | -1;

  /** @param sign 1 for highs (broken upwards), −1 for lows. */
  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  publish(bar: number, price: number, extreme: Extreme): void {
    this.entries.push({ bar, price, extreme });
  }

  /** Consumes what the close of a bar broke. Returns the last published of them, or undefined. */
  breakAt(bar: number, low: number, high: number, close: number): OpenPivot | undefined {
    const { entries, sign } = this;
    const top = entries.at(-1);
    if (top === undefined) return undefined;
    reach(top.extreme, sign, bar, low, high);
    if (sign * close <= sign * top.price) return undefined;
    do {
      const { extreme } = entries.pop()!;
      const below = entries.at(-1);
      if (below !== undefined) reach(below.extreme, sign, extreme.bar, extreme.low, extreme.high);
    } while (entries.length > 0 && sign * close > sign * entries.at(-1)!.price);
    return top;
  }

  save(into: number[]): void {
    into.push(this.entries.length);
    for (const { bar, price, extreme } of this.entries) into.push(bar, price, extreme.bar, extreme.low, extreme.high);
  }

  load(from: StateReader): void {
    for (let left = from.next(); left > 0; left--) {
      const [bar, price] = [from.next(), from.next()];
      this.publish(bar, price, { bar: from.next(), low: from.next(), high: from.next() });
    }
  }
}

/** Widens an extreme by a bar: lows for a high's, highs for a low's. The later bar wins a tie. */
export function reach(extreme: Extreme, sign: 1 | -1, bar: number, low: number, high: number): void {
  const gap = sign === 1 ? extreme.low - low : high - extreme.high;
  if (gap < 0 || (gap === 0 && bar < extreme.bar)) return;
  extreme.bar = bar;
  extreme.low = low;
  extreme.high = high;
}
