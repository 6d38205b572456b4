import { makeRng } from '@aion/core';
import type { BarColumns } from '../src/columns.ts';
import type { Series } from '../src/kernel/index.ts';

/** A seeded random walk with ticks, gaps and quiet bars: test data for properties of features. */
export function randomBars(seed: string, length: number): BarColumns {
  const rng = makeRng(seed);
  const bars = {
    open: new Float64Array(length),
    high: new Float64Array(length),
    low: new Float64Array(length),
    close: new Float64Array(length),
    volumeShares: new Float64Array(length),
  };
  let price = 500;
  const tick = (value: number): number => Math.max(0.05, Math.round(value * 20) / 20);
  for (let i = 0; i < length; i++) {
    const open = tick(price * (1 + 0.004 * rng.normal()));
    const close = tick(open * (1 + 0.015 * rng.normal()));
    bars.open[i] = open;
    bars.close[i] = close;
    bars.high[i] = tick(Math.max(open, close) * (1 + 0.006 * Math.abs(rng.normal())));
    bars.low[i] = tick(Math.min(open, close) * (1 - 0.006 * Math.abs(rng.normal())));
    bars.volumeShares[i] = rng.int(50) === 0 ? 0 : Math.round(100_000 * Math.exp(0.5 * rng.normal()));
    price = close;
  }
  return bars;
}

/** Bars from [open, high, low, close] rows. */
export function barsOf(rows: readonly (readonly [number, number, number, number])[]): BarColumns {
  const column = (place: 0 | 1 | 2 | 3): Float64Array => Float64Array.from(rows, (row) => row[place]);
  return {
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volumeShares: new Float64Array(rows.length).fill(1000),
  };
}

/** A series of daily bars on consecutive days, or of minute bars with sessions of `barsPerSession`. */
export function seriesOf(bars: BarColumns, barsPerSession = 1): Series {
  const length = bars.close.length;
  return {
    ...bars,
    sessionDay: Int32Array.from({ length }, (_, i) => 19_000 + Math.floor(i / barsPerSession)),
    openMinute: barsPerSession === 1 ? null : Int32Array.from({ length }, (_, i) => 555 + (i % barsPerSession)),
    references: {},
  };
}
