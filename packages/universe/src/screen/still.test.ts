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
const COLUMNS = ['close', 'rsi14', 'stoch_k', 'stochrsi_k', 'willr14', 'mfi14', 'sma20'];

describe('a price that stands still', () => {
  it.each([
    ['flat at 1000', seriesOf(() => 1_000, 0)],
    ['a liquid fund that gains its interest', seriesOf((i) => 1_000 + 0.18 * i, 0.0001)],
    ['two ticks that take turns', seriesOf((i) => 1_000 + 0.01 * (i % 2), 0.00002)],
  ])('has no oscillator, with the reason: %s', (_, series) => {
    const row = makeRowReader(COLUMNS)('LIQUID', series);
    for (const [at, name] of COLUMNS.entries()) {
      const still = !['close', 'sma20'].includes(name);
      expect(Number.isNaN(row.now[at]), name).toBe(still);
      expect(Number.isNaN(row.before[at]), name).toBe(still);
      if (still) expect(absenceWords(row.absentNow[at]!), name).toContain('no_movement');
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
