import { describe, expect, it } from 'vitest';
import { resolveColumns } from '../catalogue/index.ts';
import { makeFeatureEngine, type FeatureValues } from '../engine/index.ts';
import { barsOf, randomBars, seriesOf } from '../../test/fixture-bars.ts';
import type { Series } from '../kernel/index.ts';
import { anchoredVwap, atr, ema } from './index.ts';

/** What TA-Lib does not have, held against a plain recomputation from the definition, bar by bar. */
const bars = randomBars('beyond', 400);
const series = seriesOf(bars);
const { open, high, low, close, volumeShares } = bars;

function valuesOf(of: Series, ...names: string[]): FeatureValues {
  const { columns, nodes } = resolveColumns(names);
  return makeFeatureEngine(nodes, columns).compute(of);
}

const window = (values: Float64Array, i: number, period: number): number[] => [
  ...values.slice(Math.max(0, i - period + 1), i + 1),
];
const top = (i: number, period: number): number => Math.max(...window(high, i, period));
const bottom = (i: number, period: number): number => Math.min(...window(low, i, period));
const middle = (i: number, period: number): number =>
  i < period - 1 ? Number.NaN : (top(i, period) + bottom(i, period)) / 2;

function expectColumn(values: Float64Array, expected: (i: number) => number, first: number, scale = 500): void {
  for (let i = 0; i < values.length; i++) {
    if (i < first) expect(values[i], `bar ${i}`).toBeNaN();
    else expect(Math.abs(values[i]! - expected(i)), `bar ${i}`).toBeLessThanOrEqual(1e-9 * scale);
  }
}

describe('indicators that TA-Lib does not have', () => {
  it('Hull average: WMA 4 of twice WMA 10 less WMA 20', () => {
    const wma = (read: (i: number) => number, i: number, period: number): number => {
      let sum = 0;
      for (let j = 0; j < period; j++) sum += (period - j) * read(i - j);
      return sum / ((period * (period + 1)) / 2);
    };
    const price = (i: number): number => close[i]!;
    const inner = (i: number): number => 2 * wma(price, i, 10) - wma(price, i, 20);
    expectColumn(valuesOf(series, 'hma20')['hma20']!, (i) => wma(inner, i, 4), 22);
    // Of a straight line the Hull average lags by nothing: 2·(n/2 − 1)/3 − (n − 1)/3 + (√n − 1)/3 = 0 for n = 4.
    const line = seriesOf(barsOf(Array.from({ length: 10 }, (_, i) => [i + 1, i + 1, i + 1, i + 1] as const)));
    expect(valuesOf(line, 'hma4')['hma4']![9]).toBeCloseTo(10, 12);
  });

  it('Donchian channel', () => {
    const { donchian_upper: upper, donchian_middle: mid, donchian_lower: lower } = valuesOf(series, 'donchian');
    expectColumn(upper!, (i) => top(i, 20), 19);
    expectColumn(mid!, (i) => middle(i, 20), 19);
    expectColumn(lower!, (i) => bottom(i, 20), 19);
  });

  it('Keltner channel', () => {
    const { keltner_upper: upper, keltner_middle: mid, keltner_lower: lower } = valuesOf(series, 'keltner');
    const [average, range] = [ema(close, 20), atr(bars, 10)];
    expectColumn(upper!, (i) => average[i]! + 2 * range[i]!, 19);
    expectColumn(mid!, (i) => average[i]!, 19);
    expectColumn(lower!, (i) => average[i]! - 2 * range[i]!, 19);
  });

  it('Ichimoku: the cloud that stands at a bar was made 26 bars before', () => {
    const values = valuesOf(series, 'ichimoku');
    expectColumn(values['ichimoku_tenkan']!, (i) => middle(i, 9), 8);
    expectColumn(values['ichimoku_kijun']!, (i) => middle(i, 26), 25);
    expectColumn(values['ichimoku_span_a']!, (i) => (middle(i - 26, 9) + middle(i - 26, 26)) / 2, 51);
    expectColumn(values['ichimoku_span_b']!, (i) => middle(i - 26, 52), 77);
  });

  it('Supertrend: bands only draw closer until a close passes them', () => {
    const range = atr(bars, 10);
    const { supertrend: line, supertrend_dir: direction } = valuesOf(series, 'supertrend');
    let bands = { upper: Number.NaN, lower: Number.NaN, rising: false };
    for (let i = 10; i < 400; i++) {
      const basic = {
        upper: (high[i]! + low[i]!) / 2 + 3 * range[i]!,
        lower: (high[i]! + low[i]!) / 2 - 3 * range[i]!,
      };
      const first = i === 10;
      const upper = first || close[i - 1]! > bands.upper ? basic.upper : Math.min(basic.upper, bands.upper);
      const lower = first || close[i - 1]! < bands.lower ? basic.lower : Math.max(basic.lower, bands.lower);
      const rising = !first && (bands.rising ? close[i]! >= lower : close[i]! > upper);
      bands = { upper, lower, rising };
      expect(direction![i], `bar ${i}`).toBe(rising ? 1 : -1);
      expect(line![i]).toBeCloseTo(rising ? lower : upper, 9);
    }
    expect(new Set(direction!.slice(10))).toEqual(new Set([-1, 1]));
    expect(line![9]).toBeNaN();
  });

  it('Chaikin money flow', () => {
    const flow = (i: number): number =>
      high[i] === low[i] ? 0 : ((2 * close[i]! - high[i]! - low[i]!) / (high[i]! - low[i]!)) * volumeShares[i]!;
    const flows = Float64Array.from(close, (_, i) => flow(i));
    const sum = (values: Float64Array, i: number): number => window(values, i, 20).reduce((a, b) => a + b);
    expectColumn(valuesOf(series, 'cmf20')['cmf20']!, (i) => sum(flows, i) / sum(volumeShares, i), 19, 1);
  });

  it('VWAP of 20 bars, and since the first bar of the year', () => {
    const typical = (i: number): number => (high[i]! + low[i]! + close[i]!) / 3;
    const vwap = (from: number, to: number): number => {
      let [money, volume] = [0, 0];
      for (let i = from; i <= to; i++) {
        money += typical(i) * volumeShares[i]!;
        volume += volumeShares[i]!;
      }
      return money / volume;
    };
    const year = (i: number): number => new Date(series.sessionDay[i]! * 86_400_000).getUTCFullYear();
    const yearStart = (i: number): number => {
      let start = i;
      while (start > 0 && year(start - 1) === year(i)) start--;
      return start;
    };
    const values = valuesOf(series, 'vwap20', 'avwap_year', 'vwap');
    expectColumn(values['vwap20']!, (i) => vwap(i - 19, i), 19);
    expectColumn(values['avwap_year']!, (i) => vwap(yearStart(i), i), 0);
    expect(new Set(Array.from({ length: 400 }, (_, i) => year(i))).size).toBeGreaterThan(1);
    expectColumn(anchoredVwap(bars, 37), (i) => vwap(37, i), 37);
    expect(() => anchoredVwap(bars, 400)).toThrow('bars 0 to 399, not 400');
    const traded = [...close.keys()].filter((i) => volumeShares[i]! > 0);
    for (const i of traded) expect(values['vwap']![i]).toBeCloseTo(typical(i), 9);
  });

  it('VWAP of a session starts again with each session', () => {
    const values = valuesOf(seriesOf(bars, 25), 'vwap')['vwap']!;
    for (const i of [0, 24, 25, 26, 399]) {
      const start = i - (i % 25);
      let [money, volume] = [0, 0];
      for (let j = start; j <= i; j++) {
        money += ((high[j]! + low[j]! + close[j]!) / 3) * volumeShares[j]!;
        volume += volumeShares[j]!;
      }
      expect(values[i]).toBeCloseTo(money / volume, 9);
    }
  });

  it('Heikin-Ashi bars', () => {
    const values = valuesOf(series, 'heikin_ashi');
    let opened = (open[0]! + close[0]!) / 2;
    for (let i = 0; i < 400; i++) {
      const closed = (open[i]! + high[i]! + low[i]! + close[i]!) / 4;
      expect(values['ha_open']![i]).toBeCloseTo(opened, 9);
      expect(values['ha_close']![i]).toBeCloseTo(closed, 9);
      expect(values['ha_high']![i]).toBeCloseTo(Math.max(high[i]!, opened, closed), 9);
      expect(values['ha_low']![i]).toBeCloseTo(Math.min(low[i]!, opened, closed), 9);
      opened = (opened + closed) / 2;
    }
  });

  it('pivots come from the bar before on daily bars, from the whole session before on shorter ones', () => {
    for (const perSession of [1, 25]) {
      const values = valuesOf(seriesOf(bars, perSession), 'pivots');
      for (let i = perSession; i < 400; i++) {
        const end = i - (i % perSession) - 1;
        const [h, l, c] = [top(end, perSession), bottom(end, perSession), close[end]!];
        const pivot = (h + l + c) / 3;
        const expected = [pivot, 2 * pivot - l, pivot + h - l, 2 * pivot - h, pivot - h + l];
        ['pivot', 'pivot_r1', 'pivot_r2', 'pivot_s1', 'pivot_s2'].forEach((name, at) =>
          expect(values[name]![i]).toBeCloseTo(expected[at]!, 9),
        );
      }
      expect(values['pivot']![perSession - 1]).toBeNaN();
    }
  });

  it('volume beside its past: ratio, z-score and median turnover', () => {
    const mean = (values: number[]): number => values.reduce((a, b) => a + b) / values.length;
    const values = valuesOf(series, 'volume_ratio20', 'volume_z20', 'dollar_volume20');
    expectColumn(values['volume_ratio20']!, (i) => volumeShares[i]! / mean([...volumeShares.slice(i - 20, i)]), 20, 1);
    expectColumn(
      values['volume_z20']!,
      (i) => {
        const logs = window(volumeShares, i, 20).map(Math.log1p);
        const deviation = Math.sqrt(mean(logs.map((value) => (value - mean(logs)) ** 2)));
        return (logs[19]! - mean(logs)) / deviation;
      },
      19,
      1,
    );
    expectColumn(
      values['dollar_volume20']!,
      (i) => {
        const sorted = window(volumeShares, i, 20)
          .map((volume, j) => volume * close[i - 19 + j]!)
          .sort((a, b) => a - b);
        return (sorted[9]! + sorted[10]!) / 2;
      },
      19,
      1e8,
    );
  });

  it('returns as they stood some bars ago, and their logarithm', () => {
    const values = valuesOf(series, 'return1_lag3', 'log_return1');
    expectColumn(values['return1_lag3']!, (i) => close[i - 3]! / close[i - 4]! - 1, 4, 1);
    expectColumn(values['log_return1']!, (i) => Math.log(close[i]! / close[i - 1]!), 1, 1);
  });
});

describe('worked by hand', () => {
  it('levels of two bars', () => {
    const two = barsOf([
      [100, 110, 90, 105],
      [104, 108, 100, 102],
    ]);
    const values = valuesOf(seriesOf(two), 'pivots', 'heikin_ashi');
    const second = (name: string): number => values[name]![1]!;
    expect(second('pivot')).toBeCloseTo(305 / 3, 12);
    expect(second('pivot_r1')).toBeCloseTo(340 / 3, 12);
    expect(second('pivot_s1')).toBeCloseTo(280 / 3, 12);
    expect(second('pivot_r2')).toBeCloseTo(365 / 3, 12);
    expect(second('pivot_s2')).toBeCloseTo(245 / 3, 12);
    // The first opens at 102.5 and closes at 101.25.
    expect([second('ha_open'), second('ha_close'), second('ha_high'), second('ha_low')]).toEqual([
      101.875, 103.5, 108, 100,
    ]);
  });

  it('money of two bars', () => {
    const two = {
      ...barsOf([
        [10, 12, 8, 11],
        [9, 10, 8, 8],
      ]),
      volumeShares: Float64Array.from([100, 300]),
    };
    // ((11 − 8) − (12 − 11))/4 · 100 = 50 and −300, over 400.
    expect(valuesOf(seriesOf(two), 'cmf2')['cmf2']![1]).toBe(-0.625);
    expect(anchoredVwap(two, 0)[1]).toBeCloseTo(((31 / 3) * 100 + (26 / 3) * 300) / 400, 12);
    expect(anchoredVwap(two, 1)[1]).toBeCloseTo(26 / 3, 12);
  });

  it('channels of a rise by 1 a bar with a range of 2', () => {
    const rise = barsOf(Array.from({ length: 100 }, (_, i) => [100 + i, 101 + i, 99 + i, 100 + i] as const));
    const values = valuesOf(seriesOf(rise), 'supertrend', 'ichimoku', 'keltner', 'donchian');
    const last = (name: string): number => values[name]![99]!;
    expect([last('donchian_upper'), last('donchian_lower'), last('donchian_middle')]).toEqual([200, 179, 189.5]);
    expect([last('ichimoku_tenkan'), last('ichimoku_kijun')]).toEqual([195, 186.5]);
    // 26 bars before, the two lines stood at 169 and 160.5, and the middle of 52 bars at 147.5.
    expect([last('ichimoku_span_a'), last('ichimoku_span_b')]).toEqual([164.75, 147.5]);
    // An EMA of a line lags by (n − 1)/2 bars; the ATR is 2.
    expect(last('keltner_middle')).toBeCloseTo(199 - 9.5, 12);
    expect(last('keltner_upper')).toBeCloseTo(199 - 9.5 + 4, 12);
    // The first upper band, 110 + 6, holds until bar 17 closes at 117.
    const { supertrend: line, supertrend_dir: direction } = values;
    expect([direction![16], line![16], direction![17], line![17]]).toEqual([-1, 116, 1, 111]);
  });
});
