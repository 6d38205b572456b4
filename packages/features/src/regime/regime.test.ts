import { describe, expect, it } from 'vitest';
import { FEATURE_NODES, resolveColumns } from '../catalogue/index.ts';
import { makeFeatureEngine } from '../engine/index.ts';
import { randomBars, seriesOf } from '../../test/fixture-bars.ts';
import { runKernel } from '../indicators/run-kernel.ts';
import type { Series } from '../kernel/index.ts';
import { trendRegime, volatilityRegime } from './regime-states.ts';
import { sampledRank } from './sampled-rank.ts';
import { MAX_SLOPE_T } from './trend-strength.ts';

const bars = seriesOf(randomBars('regime', 420));
const compute = (names: string[], close = bars.close, references: Series['references'] = {}) =>
  makeFeatureEngine(FEATURE_NODES, names).compute({ ...bars, open: close, high: close, low: close, close, references });

describe('volatility and its place in the year', () => {
  it('are the deviation of log returns, and the share of sampled bars that were calmer', () => {
    const values = compute(['realised_vol20', 'realised_vol60', 'vol_rank252']);
    const returns = Array.from({ length: 60 }, (_, j) => Math.log(bars.close[419 - j]! / bars.close[418 - j]!));
    const mean = returns.reduce((sum, one) => sum + one, 0) / 60;
    const variance = returns.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 59;
    expect(values['realised_vol60']![419]).toBeCloseTo(Math.sqrt(variance), 12);
    const sampled = Array.from({ length: 63 }, (_, j) => values['realised_vol20']![419 - 4 * j]!);
    const calmer = sampled.filter((one) => one < sampled[0]!).length;
    expect(values['vol_rank252']![419]).toBe(calmer / 62);
  });

  it('are 0 where nothing moves, and the lowest place of equals', () => {
    const still = compute(['realised_vol20', 'vol_rank252'], new Float64Array(420).fill(100));
    expect([still['realised_vol20']![419], still['vol_rank252']![419]]).toEqual([0, 0]);
    const needs = [Float64Array.of(3, 9, 9, 1, 9, 9, 2)];
    const closes = seriesOf(randomBars('rank', 7));
    // Of six bars, each third: the value itself and the one three before.
    expect([...runKernel(sampledRank(6, 3), closes, needs)[0]!]).toEqual([NaN, NaN, NaN, NaN, NaN, 0, 1]);
  });
});

describe('strength of the trend', () => {
  it('is least squares on the logarithm', () => {
    const values = compute(['slope_t50']);
    for (const at of [49, 50, 120, 419]) {
      const logs = Array.from({ length: 50 }, (_, j) => Math.log(bars.close[at - 49 + j]!));
      const mean = logs.reduce((sum, one) => sum + one, 0) / 50;
      const squares = logs.reduce((sum, _, t) => sum + (t - 24.5) ** 2, 0);
      const slope = logs.reduce((sum, one, t) => sum + (t - 24.5) * (one - mean), 0) / squares;
      const left = logs.reduce((sum, one, t) => sum + (one - mean - slope * (t - 24.5)) ** 2, 0);
      expect(values['slope_t50']![at]).toBeCloseTo(slope / Math.sqrt(left / 48 / squares), 7);
    }
  });

  it('is bounded on a perfect line, and has no value where nothing moves', () => {
    const line = Float64Array.from({ length: 420 }, (_, i) => 100 * 1.001 ** i);
    const names = ['slope_t50', 'efficiency20', 'regime_trend'];
    const rising = compute(names, line);
    expect(names.map((name) => rising[name]![419])).toEqual([MAX_SLOPE_T, 1, 1]);
    const falling = compute(names, line.toReversed());
    expect(names.map((name) => falling[name]![419])).toEqual([-MAX_SLOPE_T, 1, -1]);
    const still = compute(names, new Float64Array(420).fill(7));
    expect(names.map((name) => still[name]![419])).toEqual([NaN, NaN, NaN]);
  });

  it('is way made over way gone', () => {
    const values = compute(['efficiency20']);
    let way = 0;
    for (let i = 400; i < 420; i++) way += Math.abs(bars.close[i]! - bars.close[i - 1]!);
    expect(values['efficiency20']![419]).toBeCloseTo(Math.abs(bars.close[419]! - bars.close[399]!) / way, 10);
  });
});

describe('states', () => {
  const over = (kernel: ReturnType<typeof trendRegime>, column: number[]): number[] => [
    ...runKernel(kernel, randomBars('states', column.length), [Float64Array.from(column)])[0]!,
  ];

  it('of volatility are entered further out than they are left', () => {
    const kernel = volatilityRegime({ enter: 0.2, leave: 0.3 }, { enter: 0.8, leave: 0.7 });
    expect(over(kernel, [0.5, 0.75, 0.8, 0.75, 0.69, 0.25, 0.2, 0.3, 0.31, NaN, 0.9, 0.1])).toEqual([
      1,
      1,
      2,
      2,
      1,
      1,
      0,
      0,
      1,
      NaN,
      2,
      0,
    ]);
  });

  it('of the trend too, and turn without a stop between where it is strong', () => {
    const kernel = trendRegime({ enter: 10, leave: 5 });
    expect(over(kernel, [6, 10, 6, 4.9, 6, -10, -5, 5, 12, -6])).toEqual([0, 1, 1, 0, 0, -1, -1, 0, 1, 0]);
  });
});

describe('risk appetite', () => {
  const line = (from: number, to: number): Float64Array =>
    Float64Array.from({ length: 420 }, (_, i) => (i < 410 ? from : from + ((to - from) * (i - 409)) / 10));

  it('is 1 where the index breaks out and fear collapses, −1 the other way round, 0 where nothing moves', () => {
    const names = ['risk_appetite', 'risk_appetite_breadth'];
    const at = (index: Float64Array, vix: Float64Array, breadth: number): number[] => {
      const references = { index_close: index, vix_close: vix, breadth: new Float64Array(420).fill(breadth) };
      const values = compute(names, bars.close, references);
      return names.map((name) => values[name]![419]!);
    };
    expect(at(line(100, 120), line(20, 10), 0.9)).toEqual([1, 1]);
    expect(at(line(100, 80), line(12, 40), 0.1)).toEqual([-1, -1]);
    expect(at(line(100, 100), line(15, 15), 0.5)).toEqual([0, 0]);
    expect(at(line(100, 120), line(20, 10), 0.5)).toEqual([1, 0.75]);
    expect(at(line(100, 120), line(20, 10), Number.NaN)).toEqual([1, NaN]);
  });

  it('has no value on a day without the index, nor where a fifth of its days are missing', () => {
    const index = line(100, 120);
    const gaps = (count: number) =>
      compute(['risk_appetite'], bars.close, {
        index_close: index.map((value, i) => (i > 360 && i <= 360 + count ? NaN : value)),
        vix_close: line(20, 10),
      })['risk_appetite']![419];
    expect(gaps(12)).not.toBeNaN();
    expect(gaps(13)).toBeNaN();
    const today = index.with(419, NaN);
    expect(
      compute(['risk_appetite'], bars.close, { index_close: today, vix_close: index })['risk_appetite']![419],
    ).toBeNaN();
  });
});

describe('costly columns', () => {
  it('are found by name or group and are no part of all features', () => {
    expect(resolveColumns(['hmm']).columns).toEqual(['hmm_calm', 'hmm_normal', 'hmm_volatile']);
    const { columns, nodes } = resolveColumns(['hmm_volatile']);
    expect(makeFeatureEngine(nodes, columns).columns[0]).toMatchObject({ name: 'hmm_volatile', warmUpBars: 509 });
    expect(resolveColumns(['all']).columns).not.toContain('hmm_calm');
  });
});
