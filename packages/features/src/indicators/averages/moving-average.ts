import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';
import { runOnValues } from '../run-kernel.ts';

/** Simple moving average of the close (TA-Lib SMA): a running sum, added to and taken from in its order. */
export function smaKernel(period: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: period - 1,
    // Bars seen, at most period − 1; sum of that many closes.
    stateLength: 2,
    run({ close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let sum = state[1]!;
      let i = from;
      for (; i < to && seen < period - 1; i++, seen++) {
        sum += close[i]!;
        out[i] = Number.NaN;
      }
      for (; i < to; i++) {
        sum += close[i]!;
        out[i] = sum / period;
        sum -= close[i - period + 1]!;
      }
      state[0] = seen;
      state[1] = sum;
    },
  });
}

/** Exponential moving average of the close, k = 2/(period + 1), seeded with the mean of the first `period` closes (TA-Lib EMA). */
export function emaKernel(period: number): Kernel {
  const share = 2 / (period + 1);
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    // Bars seen, at most period; their sum, then the average.
    stateLength: 2,
    run({ close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let value = state[1]!;
      let i = from;
      for (; i < to && seen < period; i++) {
        value += close[i]!;
        if (++seen === period) value /= period;
        out[i] = seen === period ? value : Number.NaN;
      }
      for (; i < to; i++) {
        value += (close[i]! - value) * share;
        out[i] = value;
      }
      state[0] = seen;
      state[1] = value;
    },
  });
}

/** Simple moving average over `period` values (TA-Lib SMA). NaN before index period − 1. */
export const sma = (values: Float64Array, period: number): Float64Array => runOnValues(smaKernel(period), values);

/** Exponential moving average over values (TA-Lib EMA). NaN before index period − 1. */
export const ema = (values: Float64Array, period: number): Float64Array => runOnValues(emaKernel(period), values);
