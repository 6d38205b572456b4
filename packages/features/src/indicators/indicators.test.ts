import { describe, expect, it } from 'vitest';
import { barsOf, randomBars } from '../fixture-bars.ts';
import { atr, bollinger, directionalMovement, ema, macdHistogram, rsi, sma, stochasticK, volumeZ } from './index.ts';

const close = Float64Array.from([
  44.34, 44.09, 44.15, 43.61, 44.33, 44.83, 45.1, 45.42, 45.84, 46.08, 45.89, 46.03, 45.61, 46.28, 46.28,
]);

describe('indicators follow TA-Lib', () => {
  it("RSI 14 equals Wilder's worked example", () => {
    const values = rsi(close);
    expect(values.slice(0, 14).every(Number.isNaN)).toBe(true);
    expect(values[14]).toBeCloseTo((100 * 3.34) / (3.34 + 1.4), 10);
  });

  it('EMA is seeded with the simple mean of its first period', () => {
    const values = ema(Float64Array.from([1, 2, 3, 4, 8]), 3);
    expect([...values.slice(2)]).toEqual([2, 3, 5.5]);
    expect(sma(Float64Array.from([1, 2, 3, 4]), 2)[3]).toBe(3.5);
  });

  it('MACD seeds the fast average on the bars that end where the slow one starts', () => {
    const prices = randomBars('macd', 60).close;
    const fastSeed = prices.slice(14, 26).reduce((sum, value) => sum + value, 0) / 12;
    expect(ema(prices, 12, 14)[25]).toBeCloseTo(fastSeed, 9);
    const values = macdHistogram(prices);
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
    const { adx, plusDi, minusDi } = directionalMovement(rise);
    expect(minusDi[39]).toBe(0);
    expect(plusDi[39]).toBeGreaterThan(40);
    expect(adx[39]).toBeCloseTo(100, 9);
    expect(Number.isNaN(adx[26]!) && !Number.isNaN(adx[27]!)).toBe(true);
    const outside = barsOf(Array.from({ length: 40 }, (_, i) => [50, 51 + i, 49 - i, 50] as const));
    expect(directionalMovement(outside).plusDi[39]).toBe(0);
  });

  it('Bollinger, stochastic and volume stay defined on flat input, without inventing a direction', () => {
    const flat = barsOf(Array.from({ length: 30 }, () => [5, 5, 5, 5] as const));
    expect(bollinger(flat.close).upper[29]).toBe(5);
    expect(stochasticK(flat)[29]).toBe(0);
    expect(volumeZ(flat.volumeShares)[29]).toBe(0);
    expect(rsi(flat.close)[29]).toBe(0);
  });

  it('stochastic %K is the mean of the last three raw places in the 14-bar range', () => {
    const bars = randomBars('stochastic', 40);
    const raw = (i: number): number => {
      const high = Math.max(...bars.high.slice(i - 13, i + 1));
      const low = Math.min(...bars.low.slice(i - 13, i + 1));
      return (100 * (bars.close[i]! - low)) / (high - low);
    };
    expect(stochasticK(bars)[39]).toBeCloseTo((raw(37) + raw(38) + raw(39)) / 3, 9);
  });
});
