import { describe, expect, it } from 'vitest';
import type { BarColumns } from '../columns.ts';
import { makeFeatureEngine } from '../engine/index.ts';
import { resolveColumns } from '../catalogue/index.ts';
import { barsOf, randomBars, seriesOf } from '../../test/fixture-bars.ts';

const compute = (bars: BarColumns, names: readonly string[]) => {
  const { columns, nodes } = resolveColumns(names);
  return makeFeatureEngine(nodes, columns).compute(seriesOf(bars));
};
const part = (column: Float64Array, from: number, to: number): number[] => [...column.slice(from, to)];

describe('price action', () => {
  it('reads gaps, inside and outside bars and streaks off two bars', () => {
    const bars = barsOf([
      [100, 110, 90, 100],
      [105, 108, 95, 106],
      [106, 112, 94, 108],
      [108, 113, 95, 107],
      [107, 113, 95, 107],
    ]);
    const found = compute(bars, ['bar_shape']);
    expect(found['gap_frac']![1]).toBeCloseTo(0.05, 12);
    expect(found['change_frac']![1]).toBeCloseTo(0.06, 12);
    expect(part(found['inside_bar']!, 1, 5)).toEqual([1, 0, 0, 0]);
    expect(part(found['outside_bar']!, 1, 5)).toEqual([0, 1, 0, 0]);
    expect(part(found['up_streak']!, 1, 5)).toEqual([1, 2, -1, 0]);
    expect(part(found['rise_streak']!, 1, 5)).toEqual([0, 0, 1, 0]);
  });

  it('gives no place of a close in a bar without a range', () => {
    const found = compute(barsOf([[5, 5, 5, 5], [5, 6, 4, 5]]), ['close_place', 'range_frac']); // prettier-ignore
    expect(found['close_place']).toEqual(Float64Array.from([Number.NaN, 0.5]));
    expect(found['range_frac']![0]).toBe(0);
  });

  it('equals what is computed anew from every window', () => {
    const bars = randomBars('price action', 420);
    const { high, low, close, volumeShares } = bars;
    const found = compute(bars, [
      'nr4',
      'nr7',
      'extremes_20',
      'extremes_252',
      'consolidation20',
      'return63',
      'volume_dry_up',
      'pocket_pivot',
    ]);
    const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
    for (let i = 260; i < 420; i++) {
      const range = (j: number): number => high[j]! - low[j]!;
      for (const bar of [4, 7]) {
        const narrow = Array.from({ length: bar - 1 }, (_, k) => range(i - 1 - k)).every((other) => other > range(i));
        expect(found[`nr${bar}`]![i]).toBe(narrow ? 1 : 0);
      }
      const top20 = Math.max(...high.slice(i - 20, i));
      const low20 = Math.min(...low.slice(i - 20, i));
      expect([found['high_20']![i], found['low_20']![i]]).toEqual([top20, low20]);
      const topYear = Math.max(...high.slice(i - 251, i + 1));
      const lowYear = Math.min(...low.slice(i - 251, i + 1));
      expect([found['high_252']![i], found['low_252']![i]]).toEqual([topYear, lowYear]);
      expect(found['from_high_252']![i]).toBe(close[i]! / topYear - 1);
      expect(found['new_high_252']![i]).toBe(high[i]! > Math.max(...high.slice(i - 251, i)) ? 1 : 0);
      expect(found['consolidation20']![i]).toBe((Math.max(top20, high[i]!) - Math.min(low20, low[i]!)) / close[i]!);
      expect(found['return63']![i]).toBe(close[i]! / close[i - 63]! - 1);
      const dry = sum(volumeShares.slice(i - 4, i + 1)) / 5 / (sum(volumeShares.slice(i - 49, i + 1)) / 50);
      expect(found['volume_dry_up']![i]).toBeCloseTo(dry, 12);
      const falls = Array.from({ length: 10 }, (_, k) => i - 1 - k).filter((j) => close[j]! < close[j - 1]!);
      const pivot = close[i]! > close[i - 1]! && falls.every((j) => volumeShares[j]! < volumeShares[i]!);
      expect(found['pocket_pivot']![i]).toBe(pivot && volumeShares[i]! > 0 ? 1 : 0);
    }
  });

  it('finds extremes of a long fall, where every high leaves the window one by one', () => {
    const rows = Array.from({ length: 90 }, (_, i) => [200 - i, 201 - i, 199 - i, 200 - i] as const);
    const found = compute(barsOf(rows), ['extremes_20']);
    for (let i = 20; i < 90; i++) expect([found['high_20']![i], found['low_20']![i]]).toEqual([221 - i, 200 - i]);
  });

  it('sees a contraction of ranges and volume near the high, and none where the volume grows', () => {
    // Swings of ±10, ±6 and ±3 around a slowly rising price, 20 bars each.
    const rows = Array.from({ length: 60 }, (_, i) => {
      const swing = [10, 6, 3][Math.floor(i / 20)]! * Math.sin((i * Math.PI) / 5);
      const price = 100 + 0.1 * i + swing;
      return [price, price + 0.5, price - 0.5, price] as const;
    });
    const drying = { ...barsOf(rows), volumeShares: Float64Array.from({ length: 60 }, (_, i) => 1000 - 10 * i) };
    const growing = { ...drying, volumeShares: Float64Array.from({ length: 60 }, (_, i) => 1000 + 10 * i) };
    expect(compute(drying, ['vcp'])['vcp']![59]).toBe(1);
    expect(compute(growing, ['vcp'])['vcp']![59]).toBe(0);
    const reversed = { ...barsOf(rows.toReversed()), volumeShares: drying.volumeShares };
    expect(compute(reversed, ['vcp'])['vcp']![59]).toBe(0);
  });

  it('finds the contraction that a look at every three legs finds', () => {
    let flags = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { high, low, close, volumeShares } = randomBars(`legs ${seed}`, 200);
      const found = compute({ open: close, high, low, close, volumeShares }, ['contraction']);
      for (let i = 59; i < 200; i++) {
        const legs = [59, 39, 19].map((back) => {
          const [from, to] = [i - back, i - back + 20];
          const top = Math.max(...high.slice(from, to));
          const volume = volumeShares.slice(from, to).reduce((sum, value) => sum + value, 0);
          return { top, depth: (top - Math.min(...low.slice(from, to))) / top, volume };
        });
        const [a, b, c] = legs as [(typeof legs)[0], (typeof legs)[0], (typeof legs)[0]];
        const near = close[i]! >= 0.9 * Math.max(a.top, b.top, c.top);
        const contracts = a.depth > b.depth && b.depth > c.depth && c.depth <= 0.6 * a.depth;
        const expected = contracts && near && c.volume < a.volume ? 1 : 0;
        expect(found['vcp']![i]).toBe(expected);
        expect(found['vcp_depth']![i]).toBe(c.depth);
        flags += expected;
      }
    }
    expect(flags).toBeGreaterThan(20);
  });

  it('gives all seven conditions of the trend template to a steady rise and none to a steady fall', () => {
    const line = (step: number): BarColumns =>
      barsOf(
        Array.from({ length: 300 }, (_, i) => {
          const price = 100 * (1 + step) ** i;
          return [price, price * 1.01, price * 0.99, price] as const;
        }),
      );
    const { trend_template: rise } = compute(line(0.004), ['trend_template']);
    expect([250, 251, 299].map((i) => rise![i])).toEqual([Number.NaN, 7, 7]);
    expect(compute(line(-0.004), ['trend_template'])['trend_template']![299]).toBe(0);
    // Flat: within 25 % of the high, and nothing else.
    expect(compute(line(0), ['trend_template'])['trend_template']![299]).toBe(1);
  });

  it('ranks volatility among the last 252 values, the same as counting them', () => {
    const found = compute(randomBars('rank', 600), ['natr14', 'atr_pct_rank252']);
    const natr = found['natr14']!;
    for (const i of [265, 300, 599]) {
      const window = natr.slice(i - 251, i + 1);
      expect(found['atr_pct_rank252']![i]).toBe(window.filter((value) => value < natr[i]!).length / 251);
    }
    expect(found['atr_pct_rank252']![264]).toBeNaN();
  });
});
