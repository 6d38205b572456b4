import { makeColumn, type BarColumns } from '../columns.ts';

/** True range of bar i ≥ 1: the largest of high − low, |high − previous close|, |low − previous close|. */
export function trueRange(bars: BarColumns, i: number): number {
  const previous = bars.close[i - 1]!;
  return Math.max(bars.high[i]! - bars.low[i]!, Math.abs(bars.high[i]! - previous), Math.abs(bars.low[i]! - previous));
}

/** Average true range with Wilder's smoothing (TA-Lib ATR): the first value, at index `period`, is the mean of the first `period` ranges. */
export function atr(bars: BarColumns, period = 14): Float64Array {
  const length = bars.close.length;
  const out = makeColumn(length);
  if (length <= period) return out;
  let value = 0;
  for (let i = 1; i <= period; i++) value += trueRange(bars, i);
  value /= period;
  out[period] = value;
  for (let i = period + 1; i < length; i++) {
    value = (value * (period - 1) + trueRange(bars, i)) / period;
    out[i] = value;
  }
  return out;
}

/** Bollinger bands: SMA ± width × population standard deviation (TA-Lib BBANDS). */
export function bollinger(close: Float64Array, period = 20, width = 2): { upper: Float64Array; lower: Float64Array } {
  const upper = makeColumn(close.length);
  const lower = makeColumn(close.length);
  for (let i = period - 1; i < close.length; i++) {
    let mean = 0;
    for (let j = i - period + 1; j <= i; j++) mean += close[j]!;
    mean /= period;
    let variance = 0;
    for (let j = i - period + 1; j <= i; j++) variance += (close[j]! - mean) ** 2;
    const spread = width * Math.sqrt(variance / period);
    upper[i] = mean + spread;
    lower[i] = mean - spread;
  }
  return { upper, lower };
}
