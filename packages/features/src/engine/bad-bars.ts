import type { BarColumns } from '../columns.ts';

/**
 * Bars in [from, to) that no value can be made of, in order: a price that is missing, infinite or not above 0, or a high below the low
 * (`price`); these and a volume that is missing or negative (`volume`).
 */
export function badBars(bars: BarColumns, from: number, to: number): { price: number[]; volume: number[] } {
  const { open, high, low, close, volumeShares } = bars;
  const price: number[] = [];
  const volume: number[] = [];
  for (let i = from; i < to; i++) {
    const first = open[i]!;
    const top = high[i]!;
    const bottom = low[i]!;
    const last = close[i]!;
    const traded = volumeShares[i]!;
    const ordered = first > 0 && bottom > 0 && last > 0 && top >= bottom;
    // One sum finds every infinity: nearly all bars are told apart by few comparisons.
    if (ordered && traded >= 0 && first + top + last + traded < Infinity) continue;
    volume.push(i);
    if (!(ordered && first < Infinity && top < Infinity && last < Infinity)) price.push(i);
  }
  return { price, volume };
}
