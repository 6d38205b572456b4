import { atr, macdHistogram, rsi, sma } from '@aion/features';
import type { DailyBars } from '@aion/market';

/** The factors of the matrix, in the order of its columns. The first 60 bars of a symbol warm them up and are left out. */
export const FACTORS = [
  'return_1',
  'return_5',
  'return_10',
  'return_20',
  'return_60',
  'close_to_ma_5',
  'close_to_ma_20',
  'close_to_ma_60',
  'volatility_20',
  'rsi_14',
  'atr_14',
  'macd_histogram',
  'volume_ratio_20',
  'range_position_20',
] as const;
export const WARM_UP = 60;

/** Writes the factors of one symbol row by row, from a row of the matrix on. Returns the number of rows. */
export function writeFactors(bars: DailyBars, matrix: Float32Array, row: number): number {
  const { close, high, low, volumeShares } = bars;
  const { length } = close;
  if (length <= WARM_UP) return 0;
  const [ma5, ma20, ma60] = [sma(close, 5), sma(close, 20), sma(close, 60)];
  const volumeMa = sma(volumeShares, 20);
  const deviation = rollingDeviation(close, 20);
  const [strength, range, macd] = [rsi(close, 14), atr(bars, 14), macdHistogram(close)];
  const [highest, lowest] = [rollingExtreme(high, 20, 1), rollingExtreme(low, 20, -1)];
  let at = row * FACTORS.length;
  for (let i = WARM_UP; i < length; i++) {
    const price = close[i]!;
    matrix[at] = price / close[i - 1]! - 1;
    matrix[at + 1] = price / close[i - 5]! - 1;
    matrix[at + 2] = price / close[i - 10]! - 1;
    matrix[at + 3] = price / close[i - 20]! - 1;
    matrix[at + 4] = price / close[i - 60]! - 1;
    matrix[at + 5] = price / ma5[i]! - 1;
    matrix[at + 6] = price / ma20[i]! - 1;
    matrix[at + 7] = price / ma60[i]! - 1;
    matrix[at + 8] = deviation[i]! / price;
    matrix[at + 9] = strength[i]! / 100;
    matrix[at + 10] = range[i]! / price;
    matrix[at + 11] = macd[i]! / price;
    matrix[at + 12] = volumeShares[i]! / volumeMa[i]!;
    matrix[at + 13] = (price - lowest[i]!) / (highest[i]! - lowest[i]!);
    at += FACTORS.length;
  }
  return length - WARM_UP;
}

/** The highest (sign 1) or lowest (sign −1) of the last so many values, each value pushed and popped once. */
function rollingExtreme(values: Float64Array, period: number, sign: 1 | -1): Float64Array {
  const out = new Float64Array(values.length);
  const queue = new Int32Array(values.length);
  let [head, tail] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    while (tail > head && sign * values[queue[tail - 1]!]! <= sign * values[i]!) tail--;
    queue[tail++] = i;
    if (queue[head]! <= i - period) head++;
    out[i] = values[queue[head]!]!;
  }
  return out;
}

/** The population's standard deviation of the last so many values, updated by what enters and what leaves. */
function rollingDeviation(values: Float64Array, period: number): Float64Array {
  const out = new Float64Array(values.length).fill(Number.NaN);
  let [mean, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (i < period) {
      const before = mean;
      mean += (value - mean) / (i + 1);
      squares += (value - before) * (value - mean);
    } else {
      const left = values[i - period]!;
      const before = mean;
      mean += (value - left) / period;
      squares += (value - left) * (value - mean + left - before);
    }
    if (i >= period - 1) out[i] = Math.sqrt(Math.max(squares, 0) / period);
  }
  return out;
}
