import { makeColumn } from '../columns.ts';

/** z-score of log1p(volume) over `period` bars, population standard deviation. A window of equal volumes is 0: the bar is exactly at its mean. */
export function volumeZ(volumeShares: Float64Array, period = 20): Float64Array {
  const out = makeColumn(volumeShares.length);
  const logs = volumeShares.map((volume) => Math.log1p(volume));
  for (let i = period - 1; i < logs.length; i++) {
    let mean = 0;
    for (let j = i - period + 1; j <= i; j++) mean += logs[j]!;
    mean /= period;
    let variance = 0;
    for (let j = i - period + 1; j <= i; j++) variance += (logs[j]! - mean) ** 2;
    const deviation = Math.sqrt(variance / period);
    out[i] = deviation < 1e-9 ? 0 : (logs[i]! - mean) / deviation;
  }
  return out;
}
