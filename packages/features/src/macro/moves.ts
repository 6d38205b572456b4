import { LEAST_SHARE } from '../kernel/pair-moments.ts';

/** Each value less the one so many before; NaN where either is missing. */
export const changeOver = (values: Float64Array, count: number): Float64Array =>
  values.map((value, i) => (i >= count ? value - values[i - count]! : Number.NaN));

/** A variance below this share of the mean square is rounding: the series stood still. */
const LEAST_SHARE_OF_SQUARE = 1e-12;

/**
 * Each value less the mean of the last `count`, itself included, over their standard deviation. Missing ones are left out, four fifths must be
 * there; a series that stood still has no score.
 */
export function zScore(values: Float64Array, count: number): Float64Array {
  return values.map((value, i) => {
    if (i + 1 < count) return Number.NaN;
    const there = values.subarray(i + 1 - count, i + 1).filter((one) => !Number.isNaN(one));
    if (there.length < LEAST_SHARE * count) return Number.NaN;
    const mean = there.reduce((sum, one) => sum + one, 0) / there.length;
    const variance = there.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (there.length - 1);
    return variance > LEAST_SHARE_OF_SQUARE * (mean * mean + variance)
      ? (value - mean) / Math.sqrt(variance)
      : Number.NaN;
  });
}
