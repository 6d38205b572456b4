import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

const RING = 2;

/**
 * Where a needed column's value stands among its own values of the last `bars`, of which each `step`-th is looked at, counted back from this
 * one: 0 the smallest, 1 the largest, of equal ones the lowest place. For columns that change slowly: neighbours say nearly the same,
 * and counting fewer of them costs less.
 *
 * @param bars a multiple of `step`.
 */
export function sampledRank(bars: number, step: number): Kernel {
  const each = bars / step;
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    // Values held; place of the next; the values, those that are counted together side by side.
    stateLength: RING + bars,
    run(_series, [column], state, from, to, [out]) {
      // As integers, which find their places faster.
      let held = state[0]! | 0;
      let place = state[1]! | 0;
      for (let i = from; i < to; i++) {
        const value = column![i]!;
        out![i] = Number.NaN;
        if (Number.isNaN(value)) continue;
        const group = RING + (place % step) * each;
        state[group + ((place / step) | 0)] = value;
        if (held < bars) held++;
        if (held === bars) out![i] = countSmaller(state, group, each, value) / (each - 1);
        place = place + 1 === bars ? 0 : place + 1;
      }
      state[0] = held;
      state[1] = place;
    },
  });
}

/** How many of a group's values are smaller; four counters, so that no addition waits for another. */
function countSmaller(state: Float64Array, group: number, length: number, value: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const end = group + length;
  let at = group;
  for (; at + 3 < end; at += 4) {
    a += state[at]! < value ? 1 : 0;
    b += state[at + 1]! < value ? 1 : 0;
    c += state[at + 2]! < value ? 1 : 0;
    d += state[at + 3]! < value ? 1 : 0;
  }
  for (; at < end; at++) a += state[at]! < value ? 1 : 0;
  return a + b + c + d;
}
