import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/**
 * Parabolic stop and reverse (TA-Lib SAR; J. W. Wilder): the stop that stands at this bar, made of the bars before it and turned over where
 * this bar reached it. The first direction is long unless the second bar's low fell further than its high rose.
 */
export function parabolicSarKernel(acceleration = 0.02, maximum = 0.2): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: 1,
    // Bars seen, at most 2; 1 while long; the stop of the next bar; the extreme point; the acceleration.
    stateLength: 5,
    run({ high, low }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let long = state[1] === 1;
      let stop = state[2]!;
      let extreme = state[3]!;
      let factor = state[4]!;
      for (let i = from; i < to; i++) {
        if (seen === 0) {
          seen = 1;
          out[i] = Number.NaN;
          continue;
        }
        const top = high[i]!;
        const bottom = low[i]!;
        let topBefore = high[i - 1]!;
        let bottomBefore = low[i - 1]!;
        if (seen === 1) {
          seen = 2;
          const down = bottomBefore - bottom;
          long = !(down > 0 && top - topBefore < down);
          stop = long ? bottomBefore : topBefore;
          extreme = long ? top : bottom;
          factor = acceleration;
          // TA-Lib takes the second bar as its own predecessor when it first moves the stop.
          topBefore = top;
          bottomBefore = bottom;
        }
        if (long) {
          if (bottom <= stop) {
            long = false;
            stop = Math.max(extreme, topBefore, top);
            out[i] = stop;
            factor = acceleration;
            extreme = bottom;
            stop = Math.max(stop + factor * (extreme - stop), topBefore, top);
          } else {
            out[i] = stop;
            if (top > extreme) {
              extreme = top;
              factor = Math.min(factor + acceleration, maximum);
            }
            stop = Math.min(stop + factor * (extreme - stop), bottomBefore, bottom);
          }
        } else if (top >= stop) {
          long = true;
          stop = Math.min(extreme, bottomBefore, bottom);
          out[i] = stop;
          factor = acceleration;
          extreme = top;
          stop = Math.min(stop + factor * (extreme - stop), bottomBefore, bottom);
        } else {
          out[i] = stop;
          if (bottom < extreme) {
            extreme = bottom;
            factor = Math.min(factor + acceleration, maximum);
          }
          stop = Math.max(stop + factor * (extreme - stop), topBefore, top);
        }
      }
      state[0] = seen;
      state[1] = long ? 1 : 0;
      state[2] = stop;
      state[3] = extreme;
      state[4] = factor;
    },
  });
}
