import { describe, expect, it } from 'vitest';
import type { Series } from '@aion/features';
import { absenceWords } from '../rules/scan-table.ts';
import { makeRowReader } from './row-reader.ts';

const BARS = 120;
function seriesOf(priceOf: (i: number) => number, rangeFrac: number): Series {
  const close = Float64Array.from({ length: BARS }, (_, i) => priceOf(i));
  return {
    open: close,
    high: close.map((c) => c * (1 + rangeFrac / 2)),
    low: close.map((c) => c * (1 - rangeFrac / 2)),
    close,
    volumeShares: new Float64Array(BARS).fill(5_000_000),
    sessionDay: Int32Array.from({ length: BARS }, (_, i) => 19_000 + i),
    openMinute: null,
    references: {},
  };
}
/** A price that gains its interest, with prints far from it every few days, as quoted funds have them. */
function withOddPrints(priceOf: (i: number) => number): Series {
  const series = seriesOf(priceOf, 0.0001);
  const odd = (column: Float64Array, factor: number): Float64Array =>
    column.map((price, i) => (i % 4 === 0 ? price * factor : price));
  return { ...series, high: odd(series.high, 1.01), low: odd(series.low, 0.99) };
}
const COLUMNS = [
  'close',
  'rsi14',
  'stoch_k',
  'stoch21_k',
  'bb50_pct_b',
  'stochrsi_k',
  'willr14',
  'mfi14',
  'aroon_osc',
  'adx14',
  'plus_di14',
  'sma20',
];

describe('a price that stands still', () => {
  it.each([
    ['flat at 1000', seriesOf(() => 1_000, 0)],
    ['a liquid fund that gains its interest', seriesOf((i) => 1_000 + 0.18 * i, 0.0001)],
    ['two ticks that take turns', seriesOf((i) => 1_000 + 0.01 * (i % 2), 0.00002)],
    ['a liquid fund with odd prints', withOddPrints((i) => 1_000 + 0.18 * i)],
    ['odd prints around the same close', withOddPrints(() => 1_000)],
    // Its average range is still wide, and its RSI the same on all of these bars.
    ['a share that stopped trading', seriesOf((i) => 100 + (i < BARS - 16 ? 3 * Math.sin(i) : 0), 0.0001)],
  ])('has no oscillator, with the reason: %s', (_, series) => {
    const row = makeRowReader(COLUMNS)('LIQUID', series);
    for (const [at, name] of COLUMNS.entries()) {
      const still = !['close', 'sma20'].includes(name);
      expect(Number.isNaN(row.now[at]), name).toBe(still);
      expect(Number.isNaN(row.before[at]), name).toBe(still);
      if (still) expect(absenceWords(row.absentNow[at]!), name).toContain('no_movement');
    }
  });

  it('leaves an RSI at its end no place in its own range', () => {
    const names = ['rsi14', 'stochrsi_k', 'stochrsi_d'];
    for (const [step, rsi] of [
      [0.7, 100],
      [-0.7, 0],
    ] as const) {
      const row = makeRowReader(names)(
        'ONEWAY',
        seriesOf((i) => 400 + step * i + (step / 3) * (i % 3), 0.01),
      );
      expect(row.now[0]).toBe(rsi);
      expect([row.now[1], row.now[2]]).toEqual([Number.NaN, Number.NaN]);
    }
  });

  it('is none that moves as a quiet share does', () => {
    const row = makeRowReader(COLUMNS)(
      'QUIET',
      seriesOf((i) => 500 * (1 + 0.003 * Math.sin(i)), 0.004),
    );
    for (const [at, name] of COLUMNS.entries()) expect(Number.isNaN(row.now[at]), name).toBe(false);
  });
});
