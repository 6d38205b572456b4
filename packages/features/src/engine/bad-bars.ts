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
    const broken = !(
      open[i]! > 0 &&
      low[i]! > 0 &&
      close[i]! > 0 &&
      high[i]! >= low[i]! &&
      open[i]! < Infinity &&
      high[i]! < Infinity &&
      close[i]! < Infinity
    );
    if (broken) price.push(i);
    if (broken || !(volumeShares[i]! >= 0 && volumeShares[i]! < Infinity)) volume.push(i);
  }
  return { price, volume };
}
