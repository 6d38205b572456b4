import { makeRng } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { FEATURE_NODES } from '../catalogue/index.ts';
import { makeFeatureEngine, type FeatureValues } from '../engine/index.ts';
import { barsOf, randomBars, seriesOf } from '../../test/fixture-bars.ts';
import type { BarColumns } from '../columns.ts';
import { normalShare } from './bulk-volume.ts';
import { MICROSTRUCTURE_NODES } from './nodes.ts';

const names = MICROSTRUCTURE_NODES.flatMap(({ columns }) => columns.map(({ name }) => name));
const compute = (bars: BarColumns): FeatureValues => makeFeatureEngine(FEATURE_NODES, names).compute(seriesOf(bars));
const bars = randomBars('microstructure', 300);
const values = compute(bars);
const at = 299;
const last = (count: number): number[] => Array.from({ length: count }, (_, j) => at - count + 1 + j);
const mean = (terms: readonly number[]): number => terms.reduce((sum, term) => sum + term, 0) / terms.length;
const { open, high, low, close, volumeShares } = bars;
const variance = (terms: readonly number[]): number =>
  terms.reduce((sum, term) => sum + (term - mean(terms)) ** 2, 0) / (terms.length - 1);

describe('volatility from ranges', () => {
  const rows = last(20);
  it('is the formulas of Parkinson, Garman and Klass, Yang and Zhang', () => {
    const range = rows.map((i) => Math.log(high[i]! / low[i]!) ** 2);
    const body = rows.map((i) => Math.log(close[i]! / open[i]!));
    expect(values['parkinson_vol20']![at]).toBeCloseTo(Math.sqrt(mean(range) / (4 * Math.LN2)), 12);
    const klass = rows.map((_, j) => 0.5 * range[j]! - (2 * Math.LN2 - 1) * body[j]! ** 2);
    expect(values['garman_klass_vol20']![at]).toBeCloseTo(Math.sqrt(mean(klass)), 12);
    const gap = rows.map((i) => Math.log(open[i]! / close[i - 1]!));
    const rogers = rows.map((i) => {
      const [up, down, move] = [high, low, close].map((column) => Math.log(column[i]! / open[i]!)) as [
        number,
        number,
        number,
      ];
      return up * (up - move) + down * (down - move);
    });
    const k = 0.34 / (1.34 + 21 / 19);
    const total = variance(gap) + k * variance(body) + (1 - k) * mean(rogers);
    expect(values['yang_zhang_vol20']![at]).toBeCloseTo(Math.sqrt(total), 12);
  });

  it('is 0 for prices that stand still, and none where closes lie outside of their bars', () => {
    const still = compute(barsOf(Array.from({ length: 80 }, () => [100, 100, 100, 100] as const)));
    for (const name of ['parkinson_vol20', 'garman_klass_vol20', 'yang_zhang_vol20']) expect(still[name]![79]).toBe(0);
    const outside = compute(barsOf(Array.from({ length: 80 }, () => [100, 101, 99, 110] as const)));
    expect(outside['garman_klass_vol20']![79]).toBeNaN();
    expect(outside['close_location']![79]).toBe(1);
  });
});

describe('spread estimates', () => {
  it('find the spread that was put in', () => {
    const rng = makeRng('spread');
    const spread = 0.02;
    let middle = 1000;
    // Each bar 200 trades about a walking middle, bought at the ask or sold at the bid.
    const rows = Array.from({ length: 400 }, () => {
      const prices = Array.from({ length: 200 }, () => {
        middle *= Math.exp(0.0006 * rng.normal());
        return middle * (1 + (rng.int(2) === 0 ? -spread : spread) / 2);
      });
      return [prices[0]!, Math.max(...prices), Math.min(...prices), prices.at(-1)!] as const;
    });
    const found = compute(barsOf(rows));
    const median = (name: string): number => {
      const sorted = [...found[name]!].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
      return sorted[sorted.length >> 1]!;
    };
    expect(median('cs_spread20')).toBeGreaterThan(0.7 * spread);
    expect(median('cs_spread20')).toBeLessThan(1.3 * spread);
    expect(median('roll_spread60')).toBeGreaterThan(0.7 * spread);
    expect(median('roll_spread60')).toBeLessThan(1.3 * spread);
  });

  it('by Corwin and Schultz is the formula worked by hand', () => {
    // Two bars [99, 102] and [100, 103], no gap.
    const beta = Math.log(102 / 99) ** 2 + Math.log(103 / 100) ** 2;
    const gamma = Math.log(103 / 99) ** 2;
    const c = 3 - 2 * Math.SQRT2;
    const alpha = (Math.sqrt(2 * beta) - Math.sqrt(beta)) / c - Math.sqrt(gamma / c);
    const expected = (2 * (Math.exp(alpha) - 1)) / (1 + Math.exp(alpha));
    expect(expected).toBeGreaterThan(0);
    // 21 bars of which only the last pair has a range that says anything: the bars before do not move at all.
    const rows = [
      ...Array.from({ length: 19 }, () => [99, 99, 99, 99] as const),
      [100, 102, 99, 101] as const,
      [101, 103, 100, 102] as const,
    ];
    expect(compute(barsOf(rows))['cs_spread20']![20]).toBeCloseTo(expected / 20, 12);
  });

  it('by Roll has no value where returns follow each other', () => {
    const rows = Array.from({ length: 100 }, (_, i) => {
      const price = 100 * Math.exp(0.002 * i + 0.05 * Math.sin(i / 15));
      return [price, price, price, price] as const;
    });
    expect(compute(barsOf(rows))['roll_spread60']![99]).toBeNaN();
  });
});

describe('price impact', () => {
  const change = (i: number): number => close[i]! / close[i - 1]! - 1;
  it("is Amihud's mean over bars that traded, and none where half of them did not", () => {
    const traded = last(20).filter((i) => volumeShares[i]! > 0);
    const expected = mean(traded.map((i) => (1e7 * Math.abs(change(i))) / (close[i]! * volumeShares[i]!)));
    expect(values['amihud20']![at]! / expected).toBeCloseTo(1, 10);
    const quiet = { ...bars, volumeShares: volumeShares.map((volume, i) => (i % 5 < 3 ? 0 : volume)) };
    expect(compute(quiet)['amihud20']![at]).toBeNaN();
  });

  it("is Kyle's slope of returns on signed value", () => {
    const pairs = last(60).map((i) => {
      const sign = Math.sign(close[i]! - open[i]!) || Math.sign(close[i]! - close[i - 1]!);
      return [(sign * close[i]! * volumeShares[i]!) / 1e7, change(i)] as const;
    });
    const [mx, my] = [mean(pairs.map(([x]) => x)), mean(pairs.map(([, y]) => y))];
    const slope =
      pairs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / pairs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
    expect(values['kyle_lambda60']![at]! / slope).toBeCloseTo(1, 9);
    expect(compute({ ...bars, volumeShares: new Float64Array(300) })['kyle_lambda60']![at]).toBeNaN();
  });
});

describe('bulk volume', () => {
  it('is bought as far as the return is high among the last ones', () => {
    const logs = close.map((price, i) => (i === 0 ? Number.NaN : Math.log(price / close[i - 1]!)));
    const net = (i: number): number => {
      const sigma = Math.sqrt(variance([...logs.slice(i - 19, i + 1)]));
      return (2 * normalShare(logs[i]! / sigma) - 1) * volumeShares[i]!;
    };
    const sum = (rows: readonly number[], term: (i: number) => number): number =>
      rows.reduce((total, i) => total + term(i), 0);
    const volume = (i: number): number => volumeShares[i]!;
    expect(values['order_flow20']![at]).toBeCloseTo(sum(last(20), net) / sum(last(20), volume), 10);
    const toxic = sum(last(50), (i) => Math.abs(net(i))) / sum(last(50), volume);
    expect(values['flow_toxicity50']![at]).toBeCloseTo(toxic, 10);
    expect(compute({ ...bars, volumeShares: new Float64Array(300) })['order_flow20']![at]).toBeNaN();
  });

  it('takes shares from the normal distribution', () => {
    for (const [z, share] of [
      [0, 0.5],
      [1, 0.841344746],
      [-1.96, 0.024997895],
      [4, 0.999968329],
    ] as const)
      expect(normalShare(z)).toBeCloseTo(share, 6);
  });
});
