import type { BarColumns } from '../columns.ts';

/** What features of one instrument and timeframe are made from: closed bars as columns, oldest first, adjusted prices. */
export interface Series extends BarColumns {
  /** Session date of each bar in exchange time, as days since 1970-01-01; of a week or month its last session. */
  readonly sessionDay: Int32Array;
  /** Minutes after midnight in exchange time at which each bar opened; null for bars of a day and longer. */
  readonly openMinute: Int32Array | null;
  /**
   * Other series on this one's bars (`index_close`, `sector_close`, `fx_close` …): what was known when each bar closed, NaN where
   * nothing was. One that is missing here has no value anywhere.
   */
  readonly references: Readonly<Record<string, Float64Array>>;
}

/**
 * One computation over a series, written once for both forms: it continues from a state. A batch is one call over all bars
 * from a fresh state, streaming is one call per bar; their results are equal because they are the same additions in the
 * same order.
 *
 * The rules of a kernel:
 * - `run` fills `out[j][from…to)` for every output, NaN during warm-up and where a value is undefined, and leaves the state as it is
 *   after bar `to − 1`. It reads no bar at or after `to`, and none before `from − lookbackBars` nor before the first bar that its
 *   state has seen (the state counts them): positions are no memory, since the columns of a stream are shifted.
 * - `needs` are columns of other nodes, read at the bar itself only.
 * - A bar with a missing or impossible price never reaches it: the engine writes NaN there and starts again from a fresh state.
 */
export interface Kernel<S = Float64Array> {
  readonly outputs: number;
  /** Bars before the one at hand that are read from the columns. */
  readonly lookbackBars: number;
  /** Where the state is so many numbers, all 0 at first: the engine then keeps them in one piece with those of other kernels. */
  readonly stateLength?: number;
  makeState(): S;
  run(
    series: Series,
    needs: readonly Float64Array[],
    state: S,
    from: number,
    to: number,
    out: readonly Float64Array[],
  ): void;
  /** The state as numbers that `loadState` makes the same state of; it may keep the ones it is given. */
  saveState(state: S): ArrayLike<number>;
  loadState(values: Float64Array): S;
}

// A kernel's state is its own business; whoever holds kernels of all kinds hands it back unread.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyKernel = Kernel<any>;

/** A kernel whose state is a fixed number of numbers, all 0 at first. */
export function scalarKernel(
  parts: Pick<Kernel, 'outputs' | 'lookbackBars' | 'run'> & { readonly stateLength: number },
): Kernel {
  return {
    ...parts,
    makeState: () => new Float64Array(parts.stateLength),
    saveState: (state) => state,
    loadState: (values) => values,
  };
}
