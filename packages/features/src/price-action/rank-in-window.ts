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
        if (held === bars) {
          const gone = placeOf(state, sorted, held, state[ring + oldest]!);
          state.copyWithin(sorted + gone, sorted + gone + 1, sorted + held);
          held--;
        }
        const place = placeOf(state, sorted, held, value);
        state.copyWithin(sorted + place + 1, sorted + place, sorted + held);
        state[sorted + place] = value;
        state[ring + oldest] = value;
        oldest = (oldest + 1) % bars;
        held++;
        out![i] = held === bars ? place / (bars - 1) : Number.NaN;
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
