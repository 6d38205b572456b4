import { PIVOT_STRENGTH } from './pivots.ts';
import type { StateReader } from './state-reader.ts';

export const EQUAL_LEVEL_ATR = 0.15;

/** A bar that pierced a resting level: `sweep` closed back, `run` closed beyond. */
export interface LiquidityEvent {
  readonly kind: 'sweep' | 'run';
  /** 1: liquidity above was taken (bearish when swept); −1: below. */
  readonly side: 1 | -1;
  readonly bar: number;
  readonly price: number;
  /** The bar of the pivot whose level was taken. */
  readonly pivotBar: number;
}

/** A level that no bar has gone beyond since: the bar of its pivot and its price. */
export interface RestingLevel {
  readonly side: 1 | -1;
  readonly bar: number;
  readonly knownAt: number;
  readonly price: number;
}

interface Pool {
  readonly bar: number;
  readonly level: number;
}

/**
 * Unswept levels of one side as a monotone stack, nearest on top. A new pivot lies inside all that is left (what it
 * exceeded was taken at its bar), so pushing keeps the order; each level is pushed and popped once: amortised O(1).
 */
export class LiquidityStack {
  private readonly pools: Pool[] = [];
  private readonly sign: 1 | -1;

  /** @param sign 1 for levels above price (pivot highs), −1 for levels below. */
  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  publish(bar: number, level: number, atr: number): void {
    const top = this.pools.at(-1);
    const equal = top !== undefined && Math.abs(top.level - level) <= EQUAL_LEVEL_ATR * (Number.isNaN(atr) ? 0 : atr);
    // Equal highs or lows are one pool at the outer level, where the stops rest.
    if (equal) {
      this.pools.pop();
      const outer = this.sign * top.level >= this.sign * level ? top : { bar, level };
      this.pools.push(outer);
      return;
    }
    this.pools.push({ bar, level });
  }

  takeAt(bar: number, reach: number, close: number): LiquidityEvent | undefined {
    const { pools, sign } = this;
    let taken: Pool | undefined;
    while (pools.length > 0 && sign * reach > sign * pools.at(-1)!.level) taken = pools.pop();
    if (taken === undefined) return undefined;
    const beyond = sign * close > sign * taken.level;
    return { kind: beyond ? 'run' : 'sweep', side: sign, bar, price: taken.level, pivotBar: taken.bar };
  }

  /** The nearest level, or NaN when none is left. */
  nearest(): number {
    return this.pools.at(-1)?.level ?? Number.NaN;
  }

  /** What is left, the farthest first. Equal levels are one, at the outer price. */
  resting(): RestingLevel[] {
    return this.pools.map(({ bar, level }) => ({
      side: this.sign,
      bar,
      knownAt: bar + PIVOT_STRENGTH,
      price: level,
    }));
  }

  save(into: number[]): void {
    into.push(this.pools.length);
    for (const { bar, level } of this.pools) into.push(bar, level);
  }

  load(from: StateReader): void {
    for (let left = from.next(); left > 0; left--) this.pools.push({ bar: from.next(), level: from.next() });
  }
}
