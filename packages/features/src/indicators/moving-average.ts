import { makeColumn } from '../columns.ts';
import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

/** Simple moving average over `period` values (TA-Lib SMA). NaN before index period − 1. */
export function sma(values: Float64Array, period: number): Float64Array {
  const out = makeColumn(values.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    if (i >= period) sum -= values[i - period]!;
    if (i >= period - 1) out[i] = sum / period;
  }
  return out;
}

/**
 * Exponential moving average, k = 2/(period + 1), seeded with the SMA of the first `period` values from `from` on
 * (TA-Lib EMA). NaN before index from + period − 1.
 */
export function ema(values: Float64Array, period: number, from = 0): Float64Array {
  const out = makeColumn(values.length);
  const first = from + period - 1;
  if (first >= values.length) return out;
  let sum = 0;
  for (let i = from; i <= first; i++) sum += values[i]!;
  let previous = sum / period;
  out[first] = previous;
  const k = 2 / (period + 1);
  for (let i = first + 1; i < values.length; i++) {
    previous += k * (values[i]! - previous);
    out[i] = previous;
  }
  return out;
}

/**
 * MACD histogram (TA-Lib MACD): both averages start at index slow − 1, the fast one seeded on the bars that end there;
 * the signal line is the EMA of the difference. NaN before index slow + signal − 2.
 */
export function macdHistogram(close: Float64Array, fast = 12, slow = 26, signal = 9): Float64Array {
  const slowLine = ema(close, slow);
  const fastLine = ema(close, fast, slow - fast);
  const line = makeColumn(close.length);
  for (let i = slow - 1; i < close.length; i++) line[i] = fastLine[i]! - slowLine[i]!;
  const signalLine = ema(line, signal, slow - 1);
  const out = makeColumn(close.length);
  for (let i = slow + signal - 2; i < close.length; i++) out[i] = line[i]! - signalLine[i]!;
  return out;
}

/** Simple moving average of the close (TA-Lib SMA): a running sum, so its last digits are TA-Lib's too. */
export function smaKernel(period: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: period,
    // Bars seen, sum of the last `period` closes.
    stateLength: 2,
    run({ close }, _needs, state, from, to, [out]) {
      let [seen, sum] = state as unknown as [number, number];
      for (let i = from; i < to; i++, seen++) {
        sum += close[i]!;
        if (seen >= period) sum -= close[i - period]!;
        out![i] = seen >= period - 1 ? sum / period : Number.NaN;
      }
      state[0] = seen;
      state[1] = sum;
    },
  });
}
