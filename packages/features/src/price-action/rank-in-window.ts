import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

const RING = 2;

/**
 * Where a needed column's value stands among its own last `bars` values, this one included: 0 the smallest, 1 the largest; of equal ones
 * the lowest place. The window is counted through at each bar: for a year of days that is faster than keeping it in order, and the state
 * is half as large.
 */
export function rankInWindow(bars: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    // Values held; place of the oldest; the values as they came.
    stateLength: RING + bars,
    run(_series, [column], state, from, to, [out]) {
      let held = state[0]!;
      let oldest = state[1]!;
      for (let i = from; i < to; i++) {
        const value = column![i]!;
        out![i] = Number.NaN;
        if (Number.isNaN(value)) continue;
        if (held < bars) state[RING + held++] = value;
        else {
          state[RING + oldest] = value;
          oldest = oldest + 1 === bars ? 0 : oldest + 1;
        }
        if (held === bars) out![i] = smaller(state, bars, value) / (bars - 1);
      }
      state[0] = held;
      state[1] = oldest;
    },
  });
}

/** How many of the window's values are smaller; four counters, so that no addition waits for another. */
function smaller(state: Float64Array, bars: number, value: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const end = RING + bars;
  let at = RING;
  for (; at + 3 < end; at += 4) {
    a += state[at]! < value ? 1 : 0;
    b += state[at + 1]! < value ? 1 : 0;
    c += state[at + 2]! < value ? 1 : 0;
    d += state[at + 3]! < value ? 1 : 0;
  }
  for (; at < end; at++) a += state[at]! < value ? 1 : 0;
  return a + b + c + d;
}
