import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';
import { lastHighest, lastLowest } from '../window.ts';

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
      let topAt = seen === 0 ? from : from - 1 - state[1]!;
      let bottomAt = seen === 0 ? from : from - 1 - state[2]!;
      let top = seen === 0 ? -Infinity : high[topAt]!;
      let bottom = seen === 0 ? Infinity : low[bottomAt]!;
      let raw1 = state[3]!;
      let raw2 = state[4]!;
      let mean1 = state[5]!;
      let mean2 = state[6]!;
      for (let i = from; i < to; i++) {
        const start = i - period + 1;
        const barHigh = high[i]!;
        const barLow = low[i]!;
        if (barHigh >= top) {
          top = barHigh;
          topAt = i;
        } else if (topAt < start) {
          topAt = lastHighest(high, start, i);
          top = high[topAt]!;
        }
        if (barLow <= bottom) {
          bottom = barLow;
          bottomAt = i;
        } else if (bottomAt < start) {
          bottomAt = lastLowest(low, start, i);
          bottom = low[bottomAt]!;
        }
        const range = top - bottom;
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
      state[1] = to - 1 - topAt;
      state[2] = to - 1 - bottomAt;
      state[3] = raw1;
      state[4] = raw2;
      state[5] = mean1;
      state[6] = mean2;
    },
  });
}

/** Williams' %R: place of the close in the range of `period` bars, −100 to 0 (TA-Lib WILLR). A range of zero is 0, as in TA-Lib. */
export function williamsKernel(period: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: period,
    // Bars seen, at most period − 1; bars since the highest high and the lowest low.
    stateLength: 3,
    run({ high, low, close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let topAt = from - 1 - state[1]!;
      let bottomAt = from - 1 - state[2]!;
      // A state of one bar's window keeps no bar in mind.
      let top = seen === 0 ? -Infinity : high[topAt]!;
      let bottom = seen === 0 ? Infinity : low[bottomAt]!;
      for (let i = from; i < to; i++) {
        const start = i - period + 1;
        if (high[i]! >= top) {
          top = high[i]!;
          topAt = i;
        } else if (topAt < start) {
          topAt = lastHighest(high, start, i);
          top = high[topAt]!;
        }
        if (low[i]! <= bottom) {
          bottom = low[i]!;
          bottomAt = i;
        } else if (bottomAt < start) {
          bottomAt = lastLowest(low, start, i);
          bottom = low[bottomAt]!;
        }
        if (seen < period - 1) {
          seen++;
          out[i] = Number.NaN;
          continue;
        }
        const unit = (top - bottom) / -100;
        out[i] = unit === 0 ? 0 : (top - close[i]!) / unit;
      }
      state[0] = seen;
      state[1] = to - 1 - topAt;
      state[2] = to - 1 - bottomAt;
    },
  });
}
