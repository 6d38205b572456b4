import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/** How a price changed over some bars: percent (TA-Lib ROC), price (TA-Lib MOM), fraction (TA-Lib ROCP) or natural logarithm. */
export type ChangeKind = 'percent' | 'price' | 'fraction' | 'log';

/** Change of the close over `period` bars as it stood `lag` bars ago. First value at index period + lag. */
export function changeKernel(kind: ChangeKind, period: number, lag = 0): Kernel {
  const reach = period + lag;
  return scalarKernel({
    outputs: 1,
    lookbackBars: reach,
    // Bars seen, at most period + lag.
    stateLength: 1,
    run({ close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let i = from;
      for (; i < to && seen < reach; i++, seen++) out[i] = Number.NaN;
      state[0] = seen;
      if (kind === 'price') for (; i < to; i++) out[i] = close[i - lag]! - close[i - reach]!;
      else if (kind === 'log') for (; i < to; i++) out[i] = Math.log(close[i - lag]! / close[i - reach]!);
      else if (kind === 'percent') for (; i < to; i++) out[i] = (close[i - lag]! / close[i - reach]! - 1) * 100;
      else for (; i < to; i++) out[i] = close[i - lag]! / close[i - reach]! - 1;
    },
  });
}
