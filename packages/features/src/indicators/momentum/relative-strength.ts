import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';
import { runOnValues } from '../run-kernel.ts';

/** Relative strength index with Wilder's smoothing (TA-Lib RSI), 0 to 100. A history without any change is 0, as in TA-Lib. */
export function rsiKernel(period: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: 1,
    // Bars seen, at most period + 1; mean gain and mean loss, sums until there are `period` changes.
    stateLength: 3,
    run({ close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let gain = state[1]!;
      let loss = state[2]!;
      let i = from;
      for (; i < to && seen <= period; i++, seen++) {
        out[i] = Number.NaN;
        if (seen === 0) continue;
        const change = close[i]! - close[i - 1]!;
        if (change < 0) loss -= change;
        else gain += change;
        if (seen === period) {
          gain /= period;
          loss /= period;
          const both = gain + loss;
          out[i] = both < 1e-14 ? 0 : 100 * (gain / both);
        }
      }
      const keep = period - 1;
      for (; i < to; i++) {
        const change = close[i]! - close[i - 1]!;
        const size = Math.abs(change);
        // Exactly the change or 0, without a branch that nobody can foretell. Divided as TA-Lib divides: a product with 1 / period is
        // faster and differs in the last bit, on which the stochastic of equal RSIs hangs.
        gain = (gain * keep + 0.5 * (size + change)) / period;
        loss = (loss * keep + 0.5 * (size - change)) / period;
        const both = gain + loss;
        out[i] = both < 1e-14 ? 0 : 100 * (gain / both);
      }
      state[0] = seen;
      state[1] = gain;
      state[2] = loss;
    },
  });
}

/** Relative strength index of values (TA-Lib RSI). NaN before index `period`. */
export const rsi = (values: Float64Array, period = 14): Float64Array => runOnValues(rsiKernel(period), values);

/** Place of the RSI in its own range of `period` bars, and its mean of three (TA-Lib STOCHRSI). Needs the RSI. A range of zero is 0. */
export function stochasticRsiKernel(period: number): Kernel {
  return scalarKernel({
    outputs: 2,
    lookbackBars: 0,
    // Values seen, at most period + 2; place in the ring; the last two %K; values since the highest and the lowest; the ring of RSI values.
    stateLength: 6 + period,
    run(_series, needs, state, from, to, outputs) {
      const strength = needs[0]!;
      const fastOut = outputs[0]!;
      const slowOut = outputs[1]!;
      const ring = state.subarray(6);
      let seen = state[0]!;
      let place = state[1]!;
      let before = state[2]!;
      let beforeThat = state[3]!;
      let topAge = state[4]!;
      let bottomAge = state[5]!;
      const at = (age: number): number => ring[age > place ? place - age + period : place - age]!;
      let top = seen === 0 ? -Infinity : at(topAge);
      let bottom = seen === 0 ? Infinity : at(bottomAge);
      for (let i = from; i < to; i++) {
        const value = strength[i]!;
        fastOut[i] = Number.NaN;
        slowOut[i] = Number.NaN;
        if (Number.isNaN(value)) continue;
        place = place + 1 === period ? 0 : place + 1;
        ring[place] = value;
        topAge++;
        bottomAge++;
        if (value >= top) {
          top = value;
          topAge = 0;
        } else if (topAge >= period) {
          top = value;
          topAge = 0;
          for (let age = 1; age < period; age++) {
            const other = at(age);
            if (other > top) {
              top = other;
              topAge = age;
            }
          }
        }
        if (value <= bottom) {
          bottom = value;
          bottomAge = 0;
        } else if (bottomAge >= period) {
          bottom = value;
          bottomAge = 0;
          for (let age = 1; age < period; age++) {
            const other = at(age);
            if (other < bottom) {
              bottom = other;
              bottomAge = age;
            }
          }
        }
        if (seen < period + 2) seen++;
        if (seen < period) continue;
        const unit = (top - bottom) / 100;
        const raw = unit === 0 ? 0 : (value - bottom) / unit;
        if (seen >= period + 2) {
          fastOut[i] = raw;
          slowOut[i] = (beforeThat + before + raw) / 3;
        }
        beforeThat = before;
        before = raw;
      }
      state[0] = seen;
      state[1] = place;
      state[2] = before;
      state[3] = beforeThat;
      state[4] = topAge;
      state[5] = bottomAge;
    },
  });
}
