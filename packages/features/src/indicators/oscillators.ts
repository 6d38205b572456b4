import { makeColumn, type BarColumns } from '../columns.ts';
import { sma } from './moving-average.ts';

/** Relative strength index with Wilder's smoothing (TA-Lib RSI). 0 to 100; NaN before index `period`; 50 never assumed: a window without change is 0 as in TA-Lib. */
export function rsi(close: Float64Array, period = 14): Float64Array {
  const out = makeColumn(close.length);
  if (close.length <= period) return out;
  let gain = 0;
  let loss = 0;
  for (let i = 1; i <= period; i++) {
    const change = close[i]! - close[i - 1]!;
    if (change > 0) gain += change;
    else loss -= change;
  }
  gain /= period;
  loss /= period;
  out[period] = gain + loss === 0 ? 0 : (100 * gain) / (gain + loss);
  for (let i = period + 1; i < close.length; i++) {
    const change = close[i]! - close[i - 1]!;
    gain = (gain * (period - 1) + (change > 0 ? change : 0)) / period;
    loss = (loss * (period - 1) + (change < 0 ? -change : 0)) / period;
    out[i] = gain + loss === 0 ? 0 : (100 * gain) / (gain + loss);
  }
  return out;
}

/** Slow %K of the stochastic oscillator: the SMA over `smooth` of raw %K over `period` (TA-Lib STOCH). A window without range is 0. */
export function stochasticK(bars: BarColumns, period = 14, smooth = 3): Float64Array {
  const { high, low, close } = bars;
  const raw = makeColumn(close.length);
  for (let i = period - 1; i < close.length; i++) {
    let highest = high[i]!;
    let lowest = low[i]!;
    for (let j = i - period + 1; j < i; j++) {
      if (high[j]! > highest) highest = high[j]!;
      if (low[j]! < lowest) lowest = low[j]!;
    }
    raw[i] = highest === lowest ? 0 : (100 * (close[i]! - lowest)) / (highest - lowest);
  }
  const out = makeColumn(close.length);
  const start = period - 1;
  if (close.length > start) out.set(sma(raw.subarray(start), smooth), start);
  return out;
}
