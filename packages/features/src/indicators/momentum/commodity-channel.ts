import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/**
 * Commodity channel index (TA-Lib CCI): the typical price's distance from its mean, in 0.015 mean absolute deviations. A window of one
 * price is 0, as in TA-Lib, whose summing gives arbitrary values there for prices that a sum rounds; here it is 0 for all.
 */
export function cciKernel(period: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    // Bars seen, at most period − 1; place in the ring; bars in a row of one typical price; the ring of typical prices.
    stateLength: 3 + period,
    run({ high, low, close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      const ring = state.subarray(3);
      let seen = state[0]!;
      let place = state[1]!;
      let same = state[2]!;
      for (let i = from; i < to; i++) {
        const typical = (high[i]! + low[i]! + close[i]!) / 3;
        same = typical === ring[place === 0 ? period - 1 : place - 1]! ? same + 1 : 1;
        ring[place] = typical;
        place = place + 1 === period ? 0 : place + 1;
        if (seen < period - 1) {
          seen++;
          out[i] = Number.NaN;
          continue;
        }
        if (same >= period) {
          out[i] = 0;
          continue;
        }
        let sum = 0;
        for (let j = 0; j < period; j++) sum += ring[j]!;
        const mean = sum / period;
        let deviation = 0;
        for (let j = 0; j < period; j++) deviation += Math.abs(ring[j]! - mean);
        out[i] = (typical - mean) / (0.015 * (deviation / period));
      }
      state[0] = seen;
      state[1] = place;
      state[2] = same;
    },
  });
}
