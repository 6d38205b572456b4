import { describe, expect, it } from 'vitest';
import { gate, GateRules, medianTurnover, type GateInput } from './index.ts';

const rules = GateRules.parse({});
const liquid = (over: Partial<GateInput> = {}): GateInput => ({
  lastDay: 20_000,
  historySessions: 300,
  close: new Float64Array(300).fill(100),
  volumeShares: new Float64Array(300).fill(1_000_000),
  tick: 0.01,
  barsInWindow: 20,
  ...ranging(over.close ?? new Float64Array(300).fill(100), 0.02),
  ...over,
});
/** Highs and lows that leave a range of this part of each close. */
function ranging(close: Float64Array, rangeFrac: number): Pick<GateInput, 'high' | 'low'> {
  return { high: close.map((c) => c * (1 + rangeFrac / 2)), low: close.map((c) => c * (1 - rangeFrac / 2)) };
}
const hundred = new Float64Array(300).fill(100);

describe('universe gates', () => {
  it('pass a liquid symbol', () => {
    expect(gate(liquid(), 20_000, rules)).toEqual({ kind: 'passed' });
  });

  it.each([
    ['not_traded', { lastDay: 19_999 }],
    ['short_history', { historySessions: 249 }],
    ['flagged', { flags: ['price_band', 't2t'] }],
    ['price_too_low', { close: new Float64Array(300).fill(19.99) }],
    ['price_too_high', { close: new Float64Array(300).fill(50_001) }],
    ['halted_often', { barsInWindow: 17 }],
    ['illiquid', { volumeShares: new Float64Array(300).fill(99_999) }],
    // A liquid fund, a gilt fund, and a share that only jumps between four ticks.
    ['no_range', ranging(hundred, 0)],
    ['no_range', ranging(hundred, 0.0049)],
    ['no_range', { ...ranging(hundred, 0.02), tick: 0.5 }],
  ] as const)('reject with the reason %s', (reason, over) => {
    expect(gate(liquid(over), 20_000, rules)).toMatchObject({ kind: 'rejected', reason });
  });

  it('stand at their limits: exactly the minimum passes', () => {
    const edge = liquid({
      close: new Float64Array(300).fill(20),
      volumeShares: new Float64Array(300).fill(500_000),
      historySessions: 250,
      barsInWindow: 18,
    });
    expect(gate(edge, 20_000, rules)).toEqual({ kind: 'passed' });
    // A measure that bars no entry.
    expect(gate({ ...edge, flags: ['price_band', 'results'] }, 20_000, rules)).toEqual({ kind: 'passed' });
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
