import { clamp } from '../columns.ts';
import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

/** Where the close stands in its bar, −1 the low and 1 the high (Chaikin's close location value); a close outside the bar counts as its end. */
export const closeLocation: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: 0,
  stateLength: 0,
  run({ high, low, close }, _needs, _state, from, to, [out]) {
    for (let i = from; i < to; i++) {
      const range = high[i]! - low[i]!;
      out![i] = range > 0 ? clamp((2 * close[i]! - high[i]! - low[i]!) / range, -1, 1) : Number.NaN;
    }
  },
});
