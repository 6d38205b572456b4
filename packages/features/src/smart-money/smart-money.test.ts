import { describe, expect, it } from 'vitest';
import { atr } from '../indicators/index.ts';
import { barsOf, randomBars } from '../../test/fixture-bars.ts';
import { scanSmartMoney } from './index.ts';
import { isPivot, PIVOT_STRENGTH } from './pivots.ts';

const flat = (price: number): [number, number, number, number] => [price, price + 1, price - 1, price];

describe('smart money concepts', () => {
  it('publishes a swing high three bars after it, with the tie going to the earlier bar', () => {
    const bars = barsOf([flat(10), flat(11), flat(12), flat(15), flat(15), flat(12), flat(11), flat(10)]);
    const { pivots } = scanSmartMoney(bars);
    expect(pivots).toEqual([{ side: 'high', bar: 3, knownAt: 6, price: 16 }]);
    expect(isPivot(bars.high, 4, PIVOT_STRENGTH, 1)).toBe(false);
  });

  it('calls the first close beyond a swing BOS and the first against the trend CHoCH', () => {
    const prices = [10, 11, 12, 15, 12, 11, 9, 10, 11, 17, 16, 15, 14, 13, 6];
    const { breaks, columns } = scanSmartMoney(barsOf(prices.map(flat)));
    expect(breaks[0]).toMatchObject({ concept: 'BOS', direction: 1, pivotBar: 3, bar: 9, price: 16, originBar: 6 });
    expect(breaks[1]).toMatchObject({ concept: 'CHoCH', direction: -1, pivotBar: 6, bar: 14, price: 8 });
    expect(columns.smc_trend[8]).toBe(0);
    expect(columns.smc_trend[9]).toBe(1);
    expect(columns.smc_trend[14]).toBe(-1);
    expect(columns.smc_bos[10]).toBeCloseTo(Math.exp(-0.1), 12);
    expect(columns.smc_choch[14]).toBe(-1);
  });

  it('consumes a broken pivot: closing beyond it again is no second break', () => {
    const prices = [10, 11, 12, 15, 12, 11, 9, 10, 11, 17, 18, 19];
    expect(scanSmartMoney(barsOf(prices.map(flat))).breaks).toHaveLength(1);
  });

  it('tells a sweep (closed back) from a run (closed beyond), and takes each level once', () => {
    const rows = [10, 11, 12, 15, 12, 11, 11].map(flat);
    const sweep = scanSmartMoney(barsOf([...rows, [12, 16.5, 11.5, 12], flat(12)]));
    expect(sweep.liquidity).toEqual([{ kind: 'sweep', side: 1, bar: 7, price: 16, pivotBar: 3 }]);
    expect(sweep.columns.smc_sweep[7]).toBe(-1);
    const run = scanSmartMoney(barsOf([...rows, [12, 17.5, 11.5, 17], flat(17)]));
    expect(run.liquidity).toMatchObject([{ kind: 'run', side: 1, bar: 7 }]);
    expect(run.columns.smc_sweep[7]).toBe(0);
  });

  it('finds a fair value gap only behind a middle bar of its own direction, and follows it to its filling', () => {
    const gap = scanSmartMoney(
      barsOf([
        [10, 11, 9, 10],
        [10, 14, 10, 14],
        [14, 16, 13, 15],
        [15, 15, 12.4, 13],
        [13, 13, 11.8, 12],
        [12, 12, 10.9, 11.5],
      ]),
    );
    const [zone, ...others] = gap.fairValueGaps.filter((z) => z.direction === 1);
    expect(others).toEqual([]);
    expect(zone).toMatchObject({ direction: 1, bar: 0, knownAt: 2, low: 11, high: 13, endedAt: 5 });
    expect(zone!.states.map((s) => `${s.state}@${s.bar}`)).toEqual(['open@2', 'touched@3', 'half@4', 'filled@5']);
    const against = scanSmartMoney(
      barsOf([
        [10, 11, 9, 10],
        [14, 14, 10, 12],
        [14, 16, 13, 15],
      ]),
    );
    expect(against.fairValueGaps).toEqual([]);
  });

  it('takes the last lowest bar since the broken swing as the order block and ages it', () => {
    const prices = [10, 11, 12, 15, 12, 9, 9, 10, 11, 17, 14, 11, 9.2];
    const { orderBlocks } = scanSmartMoney(barsOf(prices.map(flat)));
    expect(orderBlocks[0]).toMatchObject({ direction: 1, bar: 6, knownAt: 9, low: 8, high: 10 });
    expect(orderBlocks[0]!.states.map((s) => s.state)).toEqual(['fresh', 'tapped', 'mitigated']);
  });

  it('publishes a market structure shift only with displacement and a gap in its direction', () => {
    const { breaks } = scanSmartMoney(randomBars('mss', 3000));
    const shifts = breaks.filter((event) => event.concept === 'MSS');
    expect(shifts.length).toBeGreaterThan(3);
    for (const shift of shifts) {
      const change = breaks.find((event) => event.concept === 'CHoCH' && event.bar === shift.bar);
      expect(change?.direction).toBe(shift.direction);
      expect(shift.knownAt - shift.bar).toBeLessThanOrEqual(1);
    }
  });

  it('agrees with a slow look-back over all bars for the nearest untouched level, up to the merging of equal levels', () => {
    const bars = randomBars('liquidity', 400);
    const { pivots, columns } = scanSmartMoney(bars);
    const atr14 = atr(bars, 14);
    let compared = 0;
    for (let t = 60; t < 400; t++) {
      const untouched = pivots
        .filter((p) => p.side === 'high' && p.knownAt <= t)
        .filter((p) => !bars.high.subarray(p.bar + 1, t + 1).some((high) => high > p.price))
        .map((p) => (p.price - bars.close[t]!) / atr14[t]!);
      const nearest = Math.min(5, ...untouched);
      const found = columns.smc_liq_above[t]!;
      expect(found).toBeGreaterThanOrEqual(nearest - 1e-9);
      expect(found).toBeLessThanOrEqual(Math.min(5, nearest + 0.6));
      if (nearest < 5) compared++;
    }
    expect(compared).toBeGreaterThan(100);
  });
});
