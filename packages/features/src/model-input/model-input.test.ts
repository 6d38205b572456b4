import { describe, expect, it } from 'vitest';
import { sliceColumns } from '../columns.ts';
import { FEATURE_NODES } from '../catalogue/index.ts';
import { randomBars } from '../../test/fixture-bars.ts';
import {
  buildModelInput,
  CONTEXT_VALUES,
  INPUT_SCHEMA_HASH,
  kronosWindow,
  swingWindow,
  type TimeframeBars,
} from './index.ts';

const frames = (day = randomBars('day', 400)): TimeframeBars => ({
  day,
  week: randomBars('week', 80),
  month: randomBars('month', 24),
  fourHour: randomBars('four', 60),
  hour: randomBars('hour', 200),
});

describe('model input', () => {
  it('has 29 context values in their ranges, in the order of the schema', () => {
    expect(CONTEXT_VALUES).toHaveLength(29);
    for (const seed of ['1', '2', '3', '4', '5']) {
      const result = buildModelInput(frames(randomBars(seed, 300)));
      if (result.kind !== 'input') throw new Error(result.detail);
      for (const [place, spec] of CONTEXT_VALUES.entries()) {
        expect(result.input.context[place], spec.name).toBeGreaterThanOrEqual(spec.low - 1e-6);
        expect(result.input.context[place], spec.name).toBeLessThanOrEqual(spec.high + 1e-6);
      }
      expect(result.input.absent).toEqual([]);
    }
  });

  it('states the ranges that the catalogue states of the same columns', () => {
    const columns = new Map(FEATURE_NODES.flatMap((node) => node.columns.map((column) => [column.name, column])));
    const shared = CONTEXT_VALUES.filter(({ name }) => columns.has(name));
    expect(shared).toHaveLength(27);
    for (const { name, low, high, settleBars } of shared) {
      const column = columns.get(name)!;
      expect({ low, high, settleBars }, name).toEqual({
        low: column.low,
        high: column.high,
        settleBars: column.settleBars,
      });
    }
  });

  it('is locked: the schema hash changes only on purpose', () => {
    expect(INPUT_SCHEMA_HASH).toMatchInlineSnapshot(
      `"ef9968758c316777289e808a94486d289eb525b5c580eeed6ec14d8f288124b3"`,
    );
  });

  it('counts a missing timeframe as 0 with its reason', () => {
    const result = buildModelInput({ ...frames(), hour: null, fourHour: null, month: randomBars('month', 19) });
    if (result.kind !== 'input') throw new Error(result.detail);
    expect([...result.input.context.slice(0, 5)].map((v) => v === 0)).toEqual([true, false, false, true, true]);
    expect(result.input.absent).toEqual([
      { name: 'tf_month', reason: 'short_history' },
      { name: 'tf_4h', reason: 'no_intraday' },
      { name: 'tf_1h', reason: 'no_intraday' },
    ]);
  });

  it('has no opinion of oscillators on a price that stands still between odd prints, as quoted funds have them', () => {
    const fund = randomBars('fund', 300);
    for (let i = 0; i < 300; i++) {
      const close = 1_000 + 0.18 * i;
      fund.open[i] = fund.close[i] = close;
      fund.high[i] = close * (i % 4 === 0 ? 1.01 : 1.0001);
      fund.low[i] = close * (i % 4 === 0 ? 0.99 : 0.9999);
    }
    const result = buildModelInput(frames(fund));
    if (result.kind !== 'input') throw new Error(result.detail);
    const valueOf = (name: string): number =>
      result.input.context[CONTEXT_VALUES.findIndex((one) => one.name === name)]!;
    expect(['ta_rsi14', 'ta_bb_pos', 'ta_stoch_k'].map(valueOf)).toEqual([0, 0, 0]);
    // A share that moves keeps them.
    const share = buildModelInput(frames());
    if (share.kind !== 'input') throw new Error(share.detail);
    expect(share.input.context[CONTEXT_VALUES.findIndex((one) => one.name === 'ta_rsi14')]).not.toBe(0);
  });

  it('rejects 249 bars and takes 250', () => {
    const bars = randomBars('edge', 250);
    expect(buildModelInput(frames(bars)).kind).toBe('input');
    expect(buildModelInput(frames(sliceColumns(bars, 1, 250)))).toMatchObject({
      kind: 'rejected',
      reason: 'short_history',
    });
  });

  it('rejects a NaN inside, a zero last close and a series without any range, each with its reason', () => {
    const nan = randomBars('nan', 300);
    nan.close[280] = Number.NaN;
    expect(buildModelInput(frames(nan))).toMatchObject({ kind: 'rejected', reason: 'non_finite' });
    const zero = randomBars('zero', 300);
    zero.close[299] = 0;
    expect(buildModelInput(frames(zero))).toMatchObject({ kind: 'rejected', reason: 'bad_last_close' });
    const dead = randomBars('dead', 300);
    for (const column of [dead.open, dead.high, dead.low, dead.close]) column.fill(7);
    expect(buildModelInput(frames(dead))).toMatchObject({ kind: 'rejected', reason: 'undefined_value' });
  });

  it('swing_v1 ends at price 1 and has volume of mean 0 and deviation 1; a halt at zero volume is 0', () => {
    const bars = randomBars('swing', 200);
    const window = swingWindow(bars, 200);
    if (window.kind !== 'window') throw new Error(window.reason);
    expect(window.values[119 * 5 + 3]).toBe(1);
    const volumes = Array.from({ length: 120 }, (_, i) => window.values[i * 5 + 4]!);
    expect(volumes.reduce((sum, v) => sum + v, 0) / 120).toBeCloseTo(0, 5);
    expect(volumes.reduce((sum, v) => sum + v * v, 0) / 120).toBeCloseTo(1, 5);
    bars.volumeShares.fill(0);
    const halted = swingWindow(bars, 200);
    if (halted.kind !== 'window') throw new Error(halted.reason);
    expect(halted.values[4]).toBe(0);
    expect(swingWindow(bars, 119)).toEqual({ kind: 'rejected', reason: 'short_window' });
  });

  it('kronos_v1 is a clipped z-score per column', () => {
    const bars = randomBars('kronos', 200);
    bars.volumeShares[150] = 1e12;
    const window = kronosWindow(bars, 200);
    if (window.kind !== 'window') throw new Error(window.reason);
    expect(Math.max(...window.values)).toBe(5);
    const opens = Array.from({ length: 120 }, (_, i) => window.values[i * 6]!);
    expect(opens.reduce((sum, v) => sum + v, 0) / 120).toBeCloseTo(0, 4);
  });

  it('depends on the last bars only through what was known: later bars change nothing', () => {
    const bars = randomBars('cut', 400);
    const cut = buildModelInput(frames(sliceColumns(bars, 0, 320)));
    const again = buildModelInput(frames(sliceColumns(bars, 0, 320)));
    expect(cut).toEqual(again);
    const more = buildModelInput(frames(sliceColumns(bars, 0, 321)));
    expect(more).not.toEqual(cut);
  });
});
