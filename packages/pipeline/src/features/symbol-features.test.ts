import { describe, expect, it } from 'vitest';
import { makeRng } from '@aion/core';
import type { BarColumns } from '@aion/features';
import { computeFeatureShard } from './symbol-features.ts';

/** Prices that wander in ticks, so that levels are swept, touched and left. */
function wandering(seed: string, bars = 320): BarColumns {
  const rng = makeRng(seed);
  const columns = Array.from({ length: 5 }, () => new Float64Array(bars));
  const [open, high, low, close, volumeShares] = columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const tick = (price: number): number => Math.round(price * 20) / 20;
  let price = 200;
  for (let i = 0; i < bars; i++) {
    open[i] = tick(price);
    price = Math.max(50, price * (1 + 0.04 * (rng.next() - 0.5)));
    close[i] = tick(price);
    high[i] = tick(Math.max(open[i]!, close[i]!) * (1 + 0.015 * rng.next()));
    low[i] = tick(Math.min(open[i]!, close[i]!) * (1 - 0.015 * rng.next()));
    volumeShares[i] = 100_000 + rng.int(50_000);
  }
  return { open, high, low, close, volumeShares };
}

/** Bars of swings by their definition: beyond the three before, and not behind the three after. */
function swingsOf(values: Float64Array, sign: 1 | -1): number[] {
  const at = (i: number): number => sign * values[i]!;
  return [...values.keys()].filter(
    (i) =>
      i >= 3 &&
      i + 3 < values.length &&
      [1, 2, 3].every((n) => at(i) > at(i - n)) &&
      [1, 2, 3].every((n) => at(i) >= at(i + n)),
  );
}

describe('levels of a plan', () => {
  it('are swing highs that no bar has passed, and supports that hold', () => {
    const seen = { resting: 0, swept: 0, lows: 0, broken: 0 };
    for (let i = 0; i < 60; i++) {
      const day = wandering(`levels ${i}`);
      const [features] = computeFeatureShard([
        { symbol: 'A', bars: { month: wandering('m', 30), week: wandering('w', 80), day, fourHour: null, hour: null } },
      ]);
      if (features?.kind !== 'features') throw new Error('expected features');
      const { close, restingAbove, supports } = features.facts;
      const highs = swingsOf(day.high, 1);
      const lows = swingsOf(day.low, -1);
      const passed = (bar: number): boolean => day.high.subarray(bar + 1).some((high) => high > day.high[bar]!);
      for (const level of restingAbove) {
        seen.resting++;
        expect(highs.some((bar) => day.high[bar] === level && !passed(bar))).toBe(true);
      }
      seen.swept += highs.filter((bar) => day.high[bar]! > close && passed(bar)).length;
      const last = lows.at(-1)!;
      const price = day.low[last]!;
      if (price >= close) continue;
      if (day.low.subarray(last + 1).every((low) => low >= price)) {
        seen.lows++;
        expect(supports).toContain(price);
      } else {
        seen.broken++;
        // Only as the low of an order block may it still stand there; this seed has none.
        expect(supports).not.toContain(price);
      }
    }
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(2);
  });
});
