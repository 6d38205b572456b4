import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

/**
 * Where a needed column's value stands among its own values of the last `bars`, of which each `step`-th is looked at, counted back from this
 * one: 0 the smallest, 1 the largest, of equal ones the lowest place. For columns that change slowly: neighbours say nearly the same,
 * and counting fewer of them costs less.
 *
 * @param bars a multiple of `step`.
 */
export function sampledRank(bars: number, step: number): Kernel {
  const ring = 2;
  const others = bars / step - 1;
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    // Values held; place of the next; the values as they came.
    stateLength: ring + bars,
    run(_series, [column], state, from, to, [out]) {
      // Places as integers: the engine of the language counts and finds faster with them.
      let held = state[0]! | 0;
      let place = state[1]! | 0;
      for (let i = from; i < to; i++) {
        const value = column![i]!;
        out![i] = Number.NaN;
        if (Number.isNaN(value)) continue;
        state[ring + place] = value;
        if (held < bars) held++;
        if (held === bars) {
          // `bars` is a multiple of the step, so its places are the same modulo the step all the way round.
          let smaller = 0;
          for (let at = ring + (place % step); at < ring + bars; at += step) smaller += state[at]! < value ? 1 : 0;
          out![i] = smaller / others;
        }
        place = place + 1 === bars ? 0 : place + 1;
      }
      state[0] = held;
      state[1] = place;
    },
  });
}
