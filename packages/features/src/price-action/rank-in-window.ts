import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

/**
 * Where a needed column's value stands among its own last `bars` values, this one included: 0 the smallest, 1 the largest; of equal ones
 * the lowest place. The window is kept in order, so a bar costs a search and a move.
 */
export function rankInWindow(bars: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    // Values held; place of the oldest; the values as they came; the values in order.
    stateLength: 2 + 2 * bars,
    run(_series, [column], state, from, to, [out]) {
      let held = state[0]!;
      let oldest = state[1]!;
      const ring = 2;
      const sorted = 2 + bars;
      for (let i = from; i < to; i++) {
        const value = column![i]!;
        if (Number.isNaN(value)) {
          out![i] = Number.NaN;
          continue;
        }
        if (held < bars) {
          state[ring + held++] = value;
          out![i] = Number.NaN;
          if (held < bars) continue;
          // The window is whole for the first time: put in order once, kept in order from here on.
          state.set(state.subarray(ring, ring + bars), sorted);
          state.subarray(sorted, sorted + bars).sort();
        } else {
          const gone = placeOf(state, sorted, bars, state[ring + oldest]!);
          state.copyWithin(sorted + gone, sorted + gone + 1, sorted + bars);
          const place = placeOf(state, sorted, bars - 1, value);
          state.copyWithin(sorted + place + 1, sorted + place, sorted + bars - 1);
          state[sorted + place] = value;
          state[ring + oldest] = value;
          oldest = (oldest + 1) % bars;
        }
        out![i] = placeOf(state, sorted, bars, value) / (bars - 1);
      }
      state[0] = held;
      state[1] = oldest;
    },
  });
}

/** How many of the `length` ordered values from `start` on are smaller. */
function placeOf(values: Float64Array, start: number, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[start + middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
