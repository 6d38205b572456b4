import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';
import { runKernel } from '../run-kernel.ts';

/**
 * MACD line, signal and histogram (TA-Lib MACD): both averages start at index slow − 1, the fast one seeded on the bars that end there;
 * the signal is the EMA of the difference. All three from index slow + signal − 2 on.
 */
export function macdKernel(fast = 12, slow = 26, signal = 9): Kernel {
  const fastShare = 2 / (fast + 1);
  const slowShare = 2 / (slow + 1);
  const signalShare = 2 / (signal + 1);
  const first = slow + signal - 2;
  return scalarKernel({
    outputs: 3,
    lookbackBars: 0,
    // Bars seen, at most slow + signal − 1; fast, slow and signal average, sums until they are seeded.
    stateLength: 4,
    run({ close }, _needs, state, from, to, outputs) {
      const lineOut = outputs[0]!;
      const signalOut = outputs[1]!;
      const differenceOut = outputs[2]!;
      let seen = state[0]!;
      let fastValue = state[1]!;
      let slowValue = state[2]!;
      let signalValue = state[3]!;
      let i = from;
      for (; i < to && seen <= first; i++, seen++) {
        const price = close[i]!;
        if (seen < slow) {
          slowValue += price;
          if (seen >= slow - fast) fastValue += price;
          if (seen === slow - 1) {
            slowValue /= slow;
            fastValue /= fast;
          }
        } else {
          slowValue += (price - slowValue) * slowShare;
          fastValue += (price - fastValue) * fastShare;
        }
        const line = fastValue - slowValue;
        if (seen >= slow - 1) signalValue += line;
        if (seen === first) signalValue /= signal;
        lineOut[i] = seen === first ? line : Number.NaN;
        signalOut[i] = seen === first ? signalValue : Number.NaN;
        differenceOut[i] = seen === first ? line - signalValue : Number.NaN;
      }
      for (; i < to; i++) {
        const price = close[i]!;
        slowValue += (price - slowValue) * slowShare;
        fastValue += (price - fastValue) * fastShare;
        const line = fastValue - slowValue;
        signalValue += (line - signalValue) * signalShare;
        lineOut[i] = line;
        signalOut[i] = signalValue;
        differenceOut[i] = line - signalValue;
      }
      state[0] = seen;
      state[1] = fastValue;
      state[2] = slowValue;
      state[3] = signalValue;
    },
  });
}

/** MACD histogram (TA-Lib MACD). NaN before index slow + signal − 2. */
export function macdHistogram(close: Float64Array, fast = 12, slow = 26, signal = 9): Float64Array {
  const bars = { open: close, high: close, low: close, close, volumeShares: close };
  return runKernel(macdKernel(fast, slow, signal), bars)[2]!;
}

/** Fast minus slow simple average of the close, plain (TA-Lib APO) or in percent of the slow one (TA-Lib PPO); TA-Lib's default average. */
export function averageDifferenceKernel(kind: 'apo' | 'ppo', fast = 12, slow = 26): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: slow - 1,
    // Bars seen, at most slow − 1; sums of the last closes of either average.
    stateLength: 3,
    run({ close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let fastSum = state[1]!;
      let slowSum = state[2]!;
      for (let i = from; i < to; i++) {
        fastSum += close[i]!;
        slowSum += close[i]!;
        const fastMean = fastSum / fast;
        const slowMean = slowSum / slow;
        if (seen >= slow - 1) {
          out[i] = kind === 'apo' ? fastMean - slowMean : ((fastMean - slowMean) / slowMean) * 100;
          slowSum -= close[i - slow + 1]!;
        } else {
          out[i] = Number.NaN;
        }
        if (seen >= fast - 1) fastSum -= close[i - fast + 1]!;
        if (seen < slow - 1) seen++;
      }
      state[0] = seen;
      state[1] = fastSum;
      state[2] = slowSum;
    },
  });
}
