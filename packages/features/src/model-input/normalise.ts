import type { BarColumns } from '../columns.ts';
import { KLINE_FIELDS, OHLCV_FIELDS, WINDOW_BARS } from './schema.ts';

const STD_EPS = 1e-8;
const KRONOS_EPS = 1e-5;
const KRONOS_CLIP = 5;

export type WindowResult =
  | { readonly kind: 'window'; readonly values: Float32Array }
  | { readonly kind: 'rejected'; readonly reason: 'short_window' | 'bad_last_close' | 'non_finite' };

/**
 * `swing_v1`: the last 120 bars before `end` (exclusive) as 120×5 float32, row-major, oldest first. Prices ÷ last close;
 * volume log1p, then z-score over the 120 bars (population). A window of one constant volume (a halt at zero included)
 * has z = 0. Too few bars or a last close ≤ 0 is rejected, never padded.
 */
export function swingWindow(bars: BarColumns, end: number): WindowResult {
  const start = end - WINDOW_BARS;
  if (start < 0) return { kind: 'rejected', reason: 'short_window' };
  const lastClose = bars.close[end - 1]!;
  if (!(lastClose > 0)) return { kind: 'rejected', reason: 'bad_last_close' };
  const width = OHLCV_FIELDS.length;
  const logs = new Float64Array(WINDOW_BARS);
  for (let i = 0; i < WINDOW_BARS; i++) logs[i] = Math.log1p(bars.volumeShares[start + i]!);
  const { mean, deviation } = moments(logs);
  const values = new Float32Array(WINDOW_BARS * width);
  for (let i = 0; i < WINDOW_BARS; i++) {
    values[i * width] = bars.open[start + i]! / lastClose;
    values[i * width + 1] = bars.high[start + i]! / lastClose;
    values[i * width + 2] = bars.low[start + i]! / lastClose;
    values[i * width + 3] = bars.close[start + i]! / lastClose;
    values[i * width + 4] = deviation < STD_EPS ? 0 : (logs[i]! - mean) / deviation;
  }
  return values.every(Number.isFinite) ? { kind: 'window', values } : { kind: 'rejected', reason: 'non_finite' };
}

/**
 * `kronos_v1`: open, high, low, close, volume, amount (volume × mean price) of the same window, each column z-scored over
 * the window (population, std + 1e-5) and clipped to ±5. Computed from the bars, not from `swing_v1`.
 */
export function kronosWindow(bars: BarColumns, end: number): WindowResult {
  const start = end - WINDOW_BARS;
  if (start < 0) return { kind: 'rejected', reason: 'short_window' };
  const width = KLINE_FIELDS.length;
  const amount = new Float64Array(WINDOW_BARS);
  for (let i = 0; i < WINDOW_BARS; i++) {
    const j = start + i;
    amount[i] = (bars.volumeShares[j]! * (bars.open[j]! + bars.high[j]! + bars.low[j]! + bars.close[j]!)) / 4;
  }
  const columns = [bars.open, bars.high, bars.low, bars.close, bars.volumeShares].map((c) => c.subarray(start, end));
  const values = new Float32Array(WINDOW_BARS * width);
  [...columns, amount].forEach((column, field) => {
    const { mean, deviation } = moments(column);
    for (let i = 0; i < WINDOW_BARS; i++) {
      const z = (column[i]! - mean) / (deviation + KRONOS_EPS);
      values[i * width + field] = Math.max(-KRONOS_CLIP, Math.min(KRONOS_CLIP, z));
    }
  });
  return values.every(Number.isFinite) ? { kind: 'window', values } : { kind: 'rejected', reason: 'non_finite' };
}

function moments(values: Float64Array): { mean: number; deviation: number } {
  let mean = 0;
  for (const value of values) mean += value;
  mean /= values.length;
  let variance = 0;
  for (const value of values) variance += (value - mean) ** 2;
  return { mean, deviation: Math.sqrt(variance / values.length) };
}
