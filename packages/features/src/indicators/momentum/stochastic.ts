import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';
import { rollingHighest, rollingLowest } from '../window.ts';

const THIRD = 1 / 3;

/**
 * Stochastic oscillator: place of the close in the range of `period` bars, 0 to 100, smoothed by means of three. `slow`: %K is that mean and
 * %D the mean of %K (TA-Lib STOCH, both from index period + 3 on); `fast`: %K is the raw place (TA-Lib STOCHF, from period + 1 on).
 * A range of zero is 0, as in TA-Lib.
 */
export function stochasticKernel(kind: 'slow' | 'fast', period: number): Kernel {
  const slow = kind === 'slow';
  const warmUp = slow ? period + 3 : period + 1;
  return scalarKernel({
    outputs: 2,
    lookbackBars: period,
    // Bars seen, at most warmUp; bars since the highest high and the lowest low; the last two raw places and the last two means.
    stateLength: 7,
    run({ high, low, close }, _needs, state, from, to, outputs) {
      const kOut = outputs[0]!;
      const dOut = outputs[1]!;
      let seen = state[0]!;
      let raw1 = state[3]!;
      let raw2 = state[4]!;
      let mean1 = state[5]!;
      let mean2 = state[6]!;
      // The range stands in the outputs until its bar is done.
      state[1] = rollingHighest(high, period, seen === 0 ? -1 : state[1]!, from, to, kOut);
      state[2] = rollingLowest(low, period, seen === 0 ? -1 : state[2]!, from, to, dOut);
      for (let i = from; i < to; i++) {
        const bottom = dOut[i]!;
        const range = kOut[i]! - bottom;
        const raw = range === 0 ? 0 : (100 * (close[i]! - bottom)) / range;
        const mean = (raw2 + raw1 + raw) * THIRD;
        kOut[i] = slow ? mean : raw;
        dOut[i] = slow ? (mean2 + mean1 + mean) * THIRD : mean;
        raw2 = raw1;
        raw1 = raw;
        mean2 = mean1;
        mean1 = mean;
      }
      const known = Math.min(to, from + warmUp - seen);
      if (known > from) {
        kOut.fill(Number.NaN, from, known);
        dOut.fill(Number.NaN, from, known);
        seen = Math.min(warmUp, seen + to - from);
      }
      state[0] = seen;
      state[3] = raw1;
      state[4] = raw2;
      state[5] = mean1;
      state[6] = mean2;
    },
  });
}

/** Williams' %R: place of the close in the range of `period` bars, −100 to 0 (TA-Lib WILLR). A range of zero is 0, as in TA-Lib. */
export function williamsKernel(period: number): Kernel {
  let bottoms = new Float64Array(0);
  return scalarKernel({
    outputs: 1,
    lookbackBars: period,
    // Bars seen, at most period − 1; bars since the highest high and the lowest low.
    stateLength: 3,
    run({ high, low, close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      if (bottoms.length < to) bottoms = new Float64Array(to);
      const seen = state[0]!;
      state[1] = rollingHighest(high, period, seen === 0 ? -1 : state[1]!, from, to, out);
      state[2] = rollingLowest(low, period, seen === 0 ? -1 : state[2]!, from, to, bottoms);
      const known = Math.min(to, from + period - 1 - seen);
      if (known > from) out.fill(Number.NaN, from, known);
      for (let i = Math.max(from, known); i < to; i++) {
        const top = out[i]!;
        const unit = (top - bottoms[i]!) / -100;
        out[i] = unit === 0 ? 0 : (top - close[i]!) / unit;
      }
      state[0] = Math.min(period - 1, seen + to - from);
    },
  });
}
