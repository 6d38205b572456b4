import { describe, expect, it } from 'vitest';
import type { Measure } from '@aion/market/records';
import { barringMeasures, gate, GateRules, medianTurnover, type GateInput } from './index.ts';

const rules = GateRules.parse({});
/** Around a price, half a percent up and down. */
const around = (price: number): Float64Array =>
  Float64Array.from({ length: 300 }, (_, i) => price * (i % 2 === 0 ? 1.005 : 1));
const hundred = around(100);
const flat = new Float64Array(300).fill(100);
const liquid = (over: Partial<GateInput> = {}): GateInput => ({
  lastDay: 20_000,
  historySessions: 300,
  close: hundred,
  volumeShares: new Float64Array(300).fill(1_000_000),
  tick: 0.01,
  barsInWindow: 20,
  ...ranging(over.close ?? hundred, 0.02),
  ...over,
});
/** Highs and lows that leave a range of this part of each close. */
function ranging(close: Float64Array, rangeFrac: number): Pick<GateInput, 'high' | 'low'> {
  return { high: close.map((c) => c * (1 + rangeFrac / 2)), low: close.map((c) => c * (1 - rangeFrac / 2)) };
}

describe('universe gates', () => {
  it('pass a liquid symbol', () => {
    expect(gate(liquid(), 20_000, rules)).toEqual({ kind: 'passed' });
  });

  it.each([
    ['not_traded', { lastDay: 19_999 }],
    ['short_history', { historySessions: 249 }],
    [
      'flagged',
      {
        measures: [
          { flag: 'price_band', detail: '20' },
          { flag: 't2t', detail: 'BE' },
        ],
      },
    ],
    ['price_too_low', { close: around(19.9) }],
    ['price_too_high', { close: around(50_001) }],
    ['halted_often', { barsInWindow: 17 }],
    ['illiquid', { volumeShares: new Float64Array(300).fill(99_000) }],
    // A liquid fund, a gilt fund, and a share that only jumps between four ticks.
    ['no_range', { close: flat, ...ranging(flat, 0) }],
    ['no_range', { close: flat, ...ranging(flat, 0.0049) }],
    ['no_range', { ...ranging(hundred, 0.02), tick: 0.5 }],
    // A gilt fund: prints far from closes that hardly move.
    [
      'no_range',
      {
        close: hundred.map((_, i) => 64 + 0.07 * (i % 2)),
        ...ranging(
          hundred.map(() => 64),
          0.012,
        ),
      },
    ],
  ] as const)('reject with the reason %s', (reason, over) => {
    expect(gate(liquid(over), 20_000, rules)).toMatchObject({ kind: 'rejected', reason });
  });

  it('stand at their limits: exactly the minimum passes', () => {
    const edge = liquid({
      close: Float64Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? 20.1 : 20)),
      volumeShares: new Float64Array(300).fill(500_000),
      historySessions: 250,
      barsInWindow: 18,
    });
    expect(gate(edge, 20_000, rules)).toEqual({ kind: 'passed' });
    const measures = [{ flag: 'price_band', detail: '10' } as const, { flag: 'fno_ban', detail: null } as const];
    expect(gate({ ...edge, measures }, 20_000, rules)).toEqual({ kind: 'passed' });
  });

  it('count the gap from the close before as movement', () => {
    const close = Float64Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? 100 : 101));
    expect(gate(liquid({ close, high: close, low: close }), 20_000, rules)).toEqual({ kind: 'passed' });
  });

  it('take the median, which one block deal does not move', () => {
    const volumeShares = new Float64Array(20).fill(10);
    volumeShares[5] = 1e9;
    expect(medianTurnover({ close: new Float64Array(20).fill(2), volumeShares }, 20)).toBe(20);
  });
});

describe('measures of the exchange', () => {
  const bars = (flag: Measure['flag'], detail: string | null): boolean =>
    barringMeasures([{ flag, detail }], rules).length === 1;

  it.each([
    ['Stage I', false],
    ['STASM - I', false],
    ['LTASM - 1', false],
    ['Stage II', true],
    ['LTASM-II (13)', true],
    ['Stage IV', true],
    ['Long term ASM stage 3', true],
    ['VI', true],
    // Nothing tells the stage: it may be any.
    ['surveillance', true],
    [null, true],
  ])('of additional surveillance bar entries from the second stage on: %s', (detail, barred) => {
    expect(bars('asm', detail)).toBe(barred);
  });

  it.each([
    ['2', true],
    ['5', true],
    ['5.01', false],
    ['20', false],
    ['no band', true],
    [null, true],
  ])('bar entries where the price may move by five per cent a day or less: %s', (detail, barred) => {
    expect(bars('price_band', detail)).toBe(barred);
  });

  it('of trade-to-trade and graded surveillance always bar entries, a ban in futures and a day of results do not', () => {
    expect([bars('t2t', 'BE'), bars('gsm', '0'), bars('fno_ban', null), bars('results', 'Results')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    const none = { ...rules, blockedFlags: [] };
    expect(barringMeasures([{ flag: 't2t', detail: 'BE' }], none)).toEqual([]);
  });
});
