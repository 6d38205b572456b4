import { toEpochDay } from '@aion/core';
import type { DailyBars } from '../src/bars.ts';

/** Daily bars of which open, high, low, close and volume are one number: the day's own, or counted up from a first. */
export function flatBars(symbol: string, days: readonly string[], close: number | readonly number[] = 10): DailyBars {
  const column = Float64Array.from(days, (_, i) => (typeof close === 'number' ? close + i : close[i]!));
  return {
    symbol,
    sessionDay: Int32Array.from(days, toEpochDay),
    open: column,
    high: column,
    low: column,
    close: column,
    volumeShares: column,
  };
}
