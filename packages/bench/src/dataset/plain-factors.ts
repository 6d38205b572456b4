import type { DailyBars } from '@aion/market';

/** The factors of one bar by plain loops over their definitions: slow, and what the fast ones are compared with. */
export function plainFactors(bars: DailyBars, i: number): number[] {
  const { close, high, low, volumeShares } = bars;
  const mean = (values: Float64Array, period: number): number => {
    let sum = 0;
    for (let at = i - period + 1; at <= i; at++) sum += values[at]!;
    return sum / period;
  };
  const price = close[i]!;
  const change = (back: number): number => price / close[i - back]! - 1;
  const middle = mean(close, 20);
  let variance = 0;
  for (let at = i - 19; at <= i; at++) variance += (close[at]! - middle) ** 2 / 20;
  const [highest, lowest] = [Math.max(...high.subarray(i - 19, i + 1)), Math.min(...low.subarray(i - 19, i + 1))];
  return [
    ...[1, 5, 10, 20, 60].map(change),
    ...[5, 20, 60].map((period) => price / mean(close, period) - 1),
    Math.sqrt(variance) / price,
    strengthAt(close, i) / 100,
    rangeAt(bars, i) / price,
    macdAt(close, i) / price,
    volumeShares[i]! / mean(volumeShares, 20),
    (price - lowest) / (highest - lowest),
  ];
}

/** Wilder's smoothing from the mean of the first 14 changes. */
function strengthAt(close: Float64Array, end: number): number {
  let [gain, loss] = [0, 0];
  for (let i = 1; i <= end; i++) {
    const change = close[i]! - close[i - 1]!;
    const [up, down] = [Math.max(change, 0), Math.max(-change, 0)];
    if (i <= 14) {
      gain += up / 14;
      loss += down / 14;
    } else {
      gain = (gain * 13 + up) / 14;
      loss = (loss * 13 + down) / 14;
    }
  }
  return gain + loss === 0 ? 0 : (100 * gain) / (gain + loss);
}

function rangeAt({ high, low, close }: DailyBars, end: number): number {
  let range = 0;
  for (let i = 1; i <= end; i++) {
    const before = close[i - 1]!;
    const own = Math.max(high[i]!, before) - Math.min(low[i]!, before);
    range = i <= 14 ? range + own / 14 : (range * 13 + own) / 14;
  }
  return range;
}

/** EMA12 − EMA26, both from the bar where the slow one begins, less its own EMA9. */
function macdAt(close: Float64Array, end: number): number {
  const start = (period: number): number => {
    let sum = 0;
    for (let i = 26 - period; i < 26; i++) sum += close[i]!;
    return sum / period;
  };
  let [fast, slow] = [start(12), start(26)];
  let [signal, seen] = [0, 0];
  for (let i = 25; i <= end; i++) {
    if (i > 25) {
      fast += (close[i]! - fast) * (2 / 13);
      slow += (close[i]! - slow) * (2 / 27);
    }
    seen++;
    const line = fast - slow;
    signal = seen <= 9 ? signal + line / 9 : signal + (line - signal) * (2 / 10);
  }
  return fast - slow - signal;
}
