import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/**
 * z-score of log1p(volume) over `period` bars, population deviation. A window of equal volumes is 0: the bar is exactly at its mean.
 */
export function volumeZKernel(period: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    // Bars seen, at most period; place in the ring; the ring of logarithms.
    stateLength: 2 + period,
    run({ volumeShares }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      const ring = state.subarray(2);
      let seen = state[0]!;
      let place = state[1]!;
      for (let i = from; i < to; i++) {
        const value = Math.log1p(volumeShares[i]!);
        ring[place] = value;
        place = place + 1 === period ? 0 : place + 1;
        if (seen < period) seen++;
        if (seen < period) {
          out[i] = Number.NaN;
          continue;
        }
        let mean = 0;
        for (let j = 0; j < period; j++) mean += ring[j]!;
        mean /= period;
        let variance = 0;
        for (let j = 0; j < period; j++) {
          const distance = ring[j]! - mean;
          variance += distance * distance;
        }
        const deviation = Math.sqrt(variance / period);
        out[i] = deviation < 1e-9 ? 0 : (value - mean) / deviation;
      }
      state[0] = seen;
      state[1] = place;
    },
  });
}

/** Volume over the mean volume of the `period` bars before it; NaN when these had none. */
export function volumeRatioKernel(period: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: period,
    // Bars seen, at most period; bars until the sum is made anew; the sum; bars in a row without volume.
    stateLength: 4,
    run({ volumeShares }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let untilRenewal = state[1]!;
      let sum = state[2]!;
      let quiet = state[3]!;
      for (let i = from; i < to; i++) {
        // The sum holds the bars before this one.
        if (untilRenewal === 0) {
          untilRenewal = period;
          sum = 0;
          for (let j = i - seen; j < i; j++) sum += volumeShares[j]!;
        }
        untilRenewal--;
        const volume = volumeShares[i]!;
        out[i] = seen < period || quiet >= period ? Number.NaN : (volume * period) / sum;
        sum += volume;
        if (seen === period) sum -= volumeShares[i - period]!;
        else seen++;
        quiet = volume === 0 ? quiet + 1 : 0;
      }
      state[0] = seen;
      state[1] = untilRenewal;
      state[2] = sum;
      state[3] = quiet;
    },
  });
}

/** Median of close × volume over `period` bars: what a day's trade in it is worth, without its loudest days. */
export function dollarVolumeKernel(period: number): Kernel {
  const middle = period >> 1;
  return scalarKernel({
    outputs: 1,
    lookbackBars: period,
    // Bars seen, at most period; the values in ascending order.
    stateLength: 1 + period,
    run({ close, volumeShares }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      const sorted = state.subarray(1);
      let seen = state[0]!;
      for (let i = from; i < to; i++) {
        const value = close[i]! * volumeShares[i]!;
        let at = seen;
        if (seen === period) {
          const gone = close[i - period]! * volumeShares[i - period]!;
          at = 0;
          while (at < period - 1 && sorted[at]! !== gone) at++;
        } else {
          seen++;
        }
        for (; at + 1 < seen && sorted[at + 1]! < value; at++) sorted[at] = sorted[at + 1]!;
        for (; at > 0 && sorted[at - 1]! > value; at--) sorted[at] = sorted[at - 1]!;
        sorted[at] = value;
        if (seen < period) out[i] = Number.NaN;
        else out[i] = period % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
      }
      state[0] = seen;
    },
  });
}
