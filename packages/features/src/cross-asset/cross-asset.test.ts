import { makeRng } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { makeFeatureEngine, type FeatureValues } from '../engine/index.ts';
import { randomBars, seriesOf } from '../../test/fixture-bars.ts';
import type { Series } from '../kernel/index.ts';
import { FEATURE_NODES } from '../catalogue/index.ts';

const LENGTH = 300;
const rng = makeRng('cross-asset');
/** A price from log returns. */
const priceOf = (returns: readonly number[]): Float64Array => {
  let log = Math.log(500);
  return Float64Array.from(returns, (change) => Math.exp((log += change)));
};
const market = Array.from({ length: LENGTH }, () => 0.01 * rng.normal());
const noise = Array.from({ length: LENGTH }, () => 0.005 * rng.normal());
const index = priceOf(market);

function seriesWith(close: Float64Array, references: Readonly<Record<string, Float64Array>>): Series {
  const bars = seriesOf(randomBars('cross-asset', close.length));
  return { ...bars, open: close, high: close, low: close, close, references };
}
const compute = (close: Float64Array, references: Readonly<Record<string, Float64Array>>, names: string[]) =>
  makeFeatureEngine(FEATURE_NODES, names).compute(seriesWith(close, references));

/** The definitions, summed anew at each bar. */
function byHand(x: Float64Array, y: Float64Array, bars: number, at: number) {
  const pairs: [number, number][] = [];
  for (let i = at - bars + 1; i <= at; i++) {
    const pair: [number, number] = [x[i]! / x[i - 1]! - 1, y[i]! / y[i - 1]! - 1];
    if (pair.every(Number.isFinite)) pairs.push(pair);
  }
  const n = pairs.length;
  const mean = (place: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[place], 0) / n;
  const [mx, my] = [mean(0), mean(1)];
  const sum = (value: (dx: number, dy: number) => number): number =>
    pairs.reduce((total, [a, b]) => total + value(a - mx, b - my), 0);
  const beta = sum((dx, dy) => dx * dy) / sum((dx) => dx * dx);
  const correlation = sum((dx, dy) => dx * dy) / Math.sqrt(sum((dx) => dx * dx) * sum((_, dy) => dy * dy));
  const left = sum((dx, dy) => (dy - beta * dx) ** 2);
  return { n, beta, correlation, residual: Math.sqrt(left / (n - 2)) };
}

describe('the model of the market', () => {
  const close = priceOf(market.map((change, i) => 1.5 * change + noise[i]!));
  const names = [60, 120].flatMap((bars) => [`beta${bars}`, `index_corr${bars}`, `idio_vol${bars}`]);
  const expectByHand = (values: FeatureValues, reference: Float64Array, bars: number, at: number): void => {
    const expected = byHand(reference, close, bars, at);
    expect(values[`beta${bars}`]![at]).toBeCloseTo(expected.beta, 10);
    expect(values[`index_corr${bars}`]![at]).toBeCloseTo(expected.correlation, 10);
    expect(values[`idio_vol${bars}`]![at]).toBeCloseTo(expected.residual, 12);
  };

  it('is the regression over its window, however many bars went by', () => {
    const values = compute(close, { index_close: index }, names);
    for (const at of [120, 177, 240, 299]) for (const bars of [60, 120]) expectByHand(values, index, bars, at);
    expect(values['beta120']![299]).toBeGreaterThan(1.3);
    expect(values['beta120']![299]).toBeLessThan(1.7);
  });

  it('leaves missing bars of the index out of both, and gives none where a fifth is missing', () => {
    const gappy = index.map((value, i) => (i === 250 || i === 270 ? Number.NaN : value));
    const values = compute(close, { index_close: gappy }, names);
    expectByHand(values, gappy, 60, 299);
    // A missing bar takes two returns with it: 6 bars of 60 are exactly a fifth, a seventh is too much.
    const holes = (count: number) =>
      index.map((value, i) => (i > 245 && i % 3 === 0 && i <= 245 + 3 * count ? NaN : value));
    expect(compute(close, { index_close: holes(6) }, names)['beta60']![299]).not.toBeNaN();
    expect(compute(close, { index_close: holes(7) }, names)['beta60']![299]).toBeNaN();
  });

  it('forgets a price that was wrong by a factor of a million', () => {
    const wrong = close.map((value, i) => (i === 150 ? 1e6 * value : value));
    const values = compute(wrong, { index_close: index }, names);
    const expected = byHand(index, wrong, 60, 299);
    expect(values['beta60']![299]).toBeCloseTo(expected.beta, 8);
    expect(values['idio_vol60']![299]).toBeCloseTo(expected.residual, 10);
  });

  it('has no value beside an index that stands still, and none for a share that does', () => {
    const still = new Float64Array(LENGTH).fill(100);
    expect(compute(close, { index_close: still }, ['beta60'])['beta60']!.every(Number.isNaN)).toBe(true);
    const values = compute(still, { index_close: index }, ['beta60', 'index_corr60']);
    expect(values['beta60']![299]).toBe(0);
    expect(values['index_corr60']![299]).toBeNaN();
  });

  it('says that the index is missing', () => {
    const engine = makeFeatureEngine(FEATURE_NODES, ['beta60', 'rs_sector20', 'fx_corr60', 'vix_beta60']);
    const series = seriesWith(close, {});
    expect(engine.absences(series, engine.compute(series), 299)).toEqual(Array(4).fill('no_reference'));
  });
});

describe('relative strength', () => {
  it('is the difference of returns', () => {
    const sector = priceOf(market.map((change) => 0.5 * change));
    const close = priceOf(noise);
    const names = ['rs_index20', 'rs_index63', 'rs_sector20', 'sector_rs63'];
    const values = compute(close, { index_close: index, sector_close: sector }, names);
    const over = (price: Float64Array, bars: number): number => price[200]! / price[200 - bars]! - 1;
    expect(values['rs_index20']![200]).toBeCloseTo(over(close, 20) - over(index, 20), 12);
    expect(values['rs_index63']![200]).toBeCloseTo(over(close, 63) - over(index, 63), 12);
    expect(values['rs_sector20']![200]).toBeCloseTo(over(close, 20) - over(sector, 20), 12);
    expect(values['sector_rs63']![200]).toBeCloseTo(over(sector, 63) - over(index, 63), 12);
    expect(values['rs_index20']![19]).toBeNaN();
  });
});
