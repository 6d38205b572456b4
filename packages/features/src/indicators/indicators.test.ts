import { describe, expect, it } from 'vitest';
import { resolveColumns } from '../catalogue/index.ts';
import { makeFeatureEngine, type FeatureValues } from '../engine/index.ts';
import { barsOf, randomBars, seriesOf } from '../../test/fixture-bars.ts';
import type { Series } from '../kernel/index.ts';
import { atr, ema, macdHistogram, rsi, sma } from './index.ts';
import { indicatorNodeNamed, INDICATOR_NODES } from './nodes.ts';

function valuesOf(series: Series, ...names: string[]): FeatureValues {
  const { columns, nodes } = resolveColumns(names);
  return makeFeatureEngine(nodes, columns).compute(series);
}

describe('worked examples', () => {
  const close = Float64Array.from([
    44.34, 44.09, 44.15, 43.61, 44.33, 44.83, 45.1, 45.42, 45.84, 46.08, 45.89, 46.03, 45.61, 46.28, 46.28,
  ]);

  it("RSI 14 equals Wilder's", () => {
    const values = rsi(close);
    expect(values.slice(0, 14).every(Number.isNaN)).toBe(true);
    expect(values[14]).toBeCloseTo((100 * 3.34) / (3.34 + 1.4), 10);
  });

  it('EMA is seeded with the simple mean of its first period', () => {
    expect([...ema(Float64Array.from([1, 2, 3, 4, 8]), 3).slice(2)]).toEqual([2, 3, 5.5]);
    expect(sma(Float64Array.from([1, 2, 3, 4]), 2)[3]).toBe(3.5);
  });

  it('MACD starts at index 33', () => {
    const values = macdHistogram(randomBars('macd', 60).close);
    expect(values.slice(0, 33).every(Number.isNaN)).toBe(true);
    expect(Number.isFinite(values[33])).toBe(true);
  });

  it('ATR starts with the plain mean of the first ranges and then smooths', () => {
    const bars = barsOf([
      [1, 2, 1, 2],
      [2, 4, 2, 3],
      [3, 3, 2, 2],
      [5, 6, 5, 6],
    ]);
    const values = atr(bars, 2);
    expect(values[2]).toBe((2 + 1) / 2);
    expect(values[3]).toBe((1.5 + 4) / 2);
  });

  it('ADX: a steady rise gives +DI only and full strength; equal moves count for neither side', () => {
    const rise = barsOf(Array.from({ length: 40 }, (_, i) => [10 + i, 11 + i, 9 + i, 10.5 + i] as const));
    const { adx14, plus_di14: plus, minus_di14: minus } = valuesOf(seriesOf(rise), 'dmi');
    expect(minus![39]).toBe(0);
    expect(plus![39]).toBeGreaterThan(40);
    expect(adx14![39]).toBeCloseTo(100, 9);
    expect(Number.isNaN(adx14![26]!) && !Number.isNaN(adx14![27]!)).toBe(true);
    const outside = barsOf(Array.from({ length: 40 }, (_, i) => [50, 51 + i, 49 - i, 50] as const));
    expect(valuesOf(seriesOf(outside), 'plus_di14')['plus_di14']![39]).toBe(0);
  });
});

describe('flat and dead bars', () => {
  const names = INDICATOR_NODES.map(({ name }) => name);
  const flat = seriesOf(barsOf(Array.from({ length: 400 }, () => [5, 5, 5, 5] as const)));
  const dead = { ...flat, volumeShares: new Float64Array(400) };

  it('give a value or NaN, never an infinity', () => {
    for (const series of [flat, dead]) {
      for (const [name, values] of Object.entries(valuesOf(series, ...names)))
        expect(
          values.some((value) => Math.abs(value) === Infinity),
          name,
        ).toBe(false);
    }
  });

  it('have no place in the bands and no price by volume, and every price is the price', () => {
    const values = valuesOf(dead, ...names);
    const last = (name: string): number => values[name]![399]!;
    for (const name of ['bb_pct_b', 'vwap', 'vwap20', 'cmf20', 'volume_ratio20']) expect(last(name), name).toBeNaN();
    for (const name of ['stoch_k', 'rsi14', 'cci20', 'mfi14', 'tr', 'atr14', 'bb_width', 'volume_z20', 'bop'])
      expect(last(name), name).toBe(0);
    for (const name of [
      'sma20',
      'ema20',
      'hma20',
      'kama10',
      'psar',
      'supertrend',
      'ichimoku_span_b',
      'pivot',
      'ha_open',
    ])
      expect(last(name), name).toBeCloseTo(5, 12);
  });
});

describe('names with a period of their own', () => {
  it('make the indicator', () => {
    const series = seriesOf(randomBars('named', 120));
    const values = valuesOf(series, 'sma37', 'bb50', 'plus_di21', 'adx21', 'natr30', 'adxr9', 'donchian55_upper');
    expect(Object.keys(values)).toEqual([
      'sma37',
      'bb50_upper',
      'bb50_middle',
      'bb50_lower',
      'bb50_pct_b',
      'bb50_width',
      'plus_di21',
      'adx21',
      'natr30',
      'adxr9',
      'donchian55_upper',
    ]);
    expect(values['sma37']![36]).toBeCloseTo(series.close.slice(0, 37).reduce((sum, price) => sum + price) / 37, 9);
    expect(values['donchian55_upper']![119]).toBe(Math.max(...series.high.slice(65)));
    expect(values['natr30']![119]).toBeCloseTo((100 * atr(series, 30)[119]!) / series.close[119]!, 12);
  });

  it('are refused when the period makes no sense', () => {
    for (const name of ['sma0', 'sma2001', 'sma020', 'rsi1', 'bb50_nothing', 'nothing14', 'sma', 'sma-3', 'sma3.5'])
      expect(indicatorNodeNamed(name), name).toBeUndefined();
    expect(() => resolveColumns(['sma99999'])).toThrow('no feature "sma99999"');
    expect(indicatorNodeNamed('sma2000')?.name).toBe('sma2000');
  });
});
