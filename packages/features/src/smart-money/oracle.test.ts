import { describe, expect, it } from 'vitest';
import { compareAll } from '../../test/smart-money-oracle.ts';
import { barsOf, randomBars } from '../../test/fixture-bars.ts';
import { scanSmartMoney } from './index.ts';

describe('smart money against brute force', () => {
  it('has the same swings, breaks, shifts, takings and resting levels on random series', () => {
    const sum = compareAll(Array.from({ length: 12 }, (_, n) => randomBars(`oracle-${n}`, 900)));
    expect(sum.breaks).toBeGreaterThan(1000);
    expect(sum.shifts).toBeGreaterThan(40);
    expect(sum.levels).toBeGreaterThan(1000);
  });

  it('keeps a shift whose next bar breaks another swing before its gap is known', () => {
    const flat = (price: number): [number, number, number, number] => [price, price + 1, price - 1, price];
    const falling = [60, 61, 62, 70, 62, 61, 55, 56, 57, 62, 57, 56, 50, 51, 52, 56, 52, 51, 45, 44, 43];
    const rows = [...falling.map(flat), [43, 59, 43, 58.5], [60, 75, 59.5, 74.5]] as [number, number, number, number][];
    const { breaks } = scanSmartMoney(barsOf(rows));
    const last = breaks
      .filter(({ knownAt }) => knownAt >= rows.length - 2)
      .map(({ concept, direction, knownAt }) => [concept, direction, knownAt]);
    expect(last).toEqual([
      ['CHoCH', 1, rows.length - 2],
      ['BOS', 1, rows.length - 1],
      ['MSS', 1, rows.length - 1],
    ]);
  });
});
