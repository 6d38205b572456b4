import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/** (close − open) over (high − low), −1 to 1 (TA-Lib BOP). A bar without range is 0, as in TA-Lib. */
export const bopKernel: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: 0,
  stateLength: 0,
  run({ open, high, low, close }, _needs, _state, from, to, outputs) {
    const out = outputs[0]!;
    for (let i = from; i < to; i++) {
      const range = high[i]! - low[i]!;
      out[i] = range < 1e-14 ? 0 : (close[i]! - open[i]!) / range;
    }
  },
});
