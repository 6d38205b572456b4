import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/** Buying pressure over true range of 7, 14 and 28 bars, weighed 4, 2 and 1, in percent (TA-Lib ULTOSC; L. Williams). */
export function ultimateOscillatorKernel(short = 7, middle = 14, long = 28): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: long + 1,
    // Bars seen, at most long; sums of pressure and of range over the three windows.
    stateLength: 7,
    run({ high, low, close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let pressure1 = state[1]!;
      let range1 = state[2]!;
      let pressure2 = state[3]!;
      let range2 = state[4]!;
      let pressure3 = state[5]!;
      let range3 = state[6]!;
      for (let i = from; i < to; i++) {
        if (seen === 0) {
          seen = 1;
          out[i] = Number.NaN;
          continue;
        }
        const pressure = pressureAt(low, close, i);
        const range = rangeAt(high, low, close, i);
        pressure1 += pressure;
        pressure2 += pressure;
        pressure3 += pressure;
        range1 += range;
        range2 += range;
        range3 += range;
        // `seen` bars came before this one: so many terms, this one among them, are in the sums.
        let value = Number.NaN;
        if (seen >= long) {
          let sum = 0;
          if (Math.abs(range1) > 1e-14) sum += 4 * (pressure1 / range1);
          if (Math.abs(range2) > 1e-14) sum += 2 * (pressure2 / range2);
          if (Math.abs(range3) > 1e-14) sum += pressure3 / range3;
          value = 100 * (sum / 7);
          pressure3 -= pressureAt(low, close, i - long + 1);
          range3 -= rangeAt(high, low, close, i - long + 1);
        }
        out[i] = value;
        if (seen >= middle) {
          pressure2 -= pressureAt(low, close, i - middle + 1);
          range2 -= rangeAt(high, low, close, i - middle + 1);
        }
        if (seen >= short) {
          pressure1 -= pressureAt(low, close, i - short + 1);
          range1 -= rangeAt(high, low, close, i - short + 1);
        }
        if (seen < long) seen++;
      }
      state[0] = seen;
      state[1] = pressure1;
      state[2] = range1;
      state[3] = pressure2;
      state[4] = range2;
      state[5] = pressure3;
      state[6] = range3;
    },
  });
}

const pressureAt = (low: Float64Array, close: Float64Array, i: number): number => {
  const before = close[i - 1]!;
  return close[i]! - (low[i]! < before ? low[i]! : before);
};

const rangeAt = (high: Float64Array, low: Float64Array, close: Float64Array, i: number): number => {
  const before = close[i - 1]!;
  let range = high[i]! - low[i]!;
  const up = Math.abs(before - high[i]!);
  const down = Math.abs(before - low[i]!);
  if (up > range) range = up;
  return down > range ? down : range;
};
