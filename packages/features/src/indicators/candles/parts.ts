import type { BarColumns } from '../../columns.ts';

export const body = ({ open, close }: BarColumns, i: number): number => Math.abs(close[i]! - open[i]!);
export const bodyTop = ({ open, close }: BarColumns, i: number): number =>
  close[i]! >= open[i]! ? close[i]! : open[i]!;
export const bodyBottom = ({ open, close }: BarColumns, i: number): number =>
  close[i]! >= open[i]! ? open[i]! : close[i]!;
export const upperShadow = (bars: BarColumns, i: number): number => bars.high[i]! - bodyTop(bars, i);
export const lowerShadow = (bars: BarColumns, i: number): number => bodyBottom(bars, i) - bars.low[i]!;
/** 1 for a bar that closed at or above its open, −1 otherwise. */
export const color = ({ open, close }: BarColumns, i: number): 1 | -1 => (close[i]! >= open[i]! ? 1 : -1);
