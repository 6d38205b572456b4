import { describe, expect, it } from 'vitest';
import type { DailyBars } from '@aion/market';
import { equalWeightIndex } from './sector-series.ts';

const share = (symbol: string, days: number[], closes: number[]): DailyBars => {
  const close = Float64Array.from(closes);
  return {
    symbol,
    sessionDay: Int32Array.from(days),
    open: close,
    high: close,
    low: close,
    close,
    volumeShares: close,
  };
};

describe('equally weighted index', () => {
  it('moves by the mean return of the shares that traded on both days', () => {
    const index = equalWeightIndex([share('A', [1, 2, 3], [10, 11, 11]), share('B', [1, 2], [100, 90])], () => []);
    expect([...index.sessionDay]).toEqual([2, 3]);
    expect(index.close[0]).toBeCloseTo(1000, 9);
    expect(index.close[1]).toBeCloseTo(1000, 9);
  });

  it('takes a split for no fall, and a halt for no return of a day', () => {
    const split = [{ symbol: 'A', exDay: 2, kind: 'split_or_bonus' as const, value: 2 }];
    const index = equalWeightIndex([share('A', [1, 2, 40], [10, 5.5, 50])], (symbol) => (symbol === 'A' ? split : []));
    expect([...index.close].map((level) => Math.round(level))).toEqual([1100]);
  });

  it('passes over a close that is missing, zero or out of all proportion', () => {
    for (const broken of [Number.NaN, 0, 900]) {
      const index = equalWeightIndex(
        [share('A', [1, 2, 3, 4], [10, broken, 10, 11]), share('B', [1, 2, 3, 4], [5, 5, 5, 5])],
        () => [],
      );
      expect(
        index.close.every((level) => level > 500 && level < 1500),
        String(broken),
      ).toBe(true);
      expect(index.close[2]).toBeCloseTo(index.close[1]! * 1.05, 9);
    }
  });

  it('of a day is the same whatever comes later', () => {
    const bars = share('A', [1, 2, 3, 4], [10, 11, 6, 7]);
    const later = [{ symbol: 'A', exDay: 3, kind: 'split_or_bonus' as const, value: 2 }];
    const early = equalWeightIndex([share('A', [1, 2], [10, 11])], () => []);
    expect(equalWeightIndex([bars], () => later).close[0]).toBe(early.close[0]);
  });
});
