import { describe, expect, it } from 'vitest';
import { featureNode, makeFeatureEngine, type FeatureNode } from '../engine/index.ts';
import { barsOf, randomBars, seriesOf } from '../../test/fixture-bars.ts';
import { atr } from '../indicators/index.ts';
import { scalarKernel } from '../kernel/index.ts';
import { scanSmartMoney, SMART_MONEY_COLUMNS, SMART_MONEY_NODES } from './index.ts';

const bars = randomBars('zones', 1500);
const found = scanSmartMoney(bars);

/** Hands the engine an ATR column made outside: what is compared here is the scanner. */
const atrNode = (values: Float64Array): FeatureNode => {
  const kernel = scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    stateLength: 1,
    run(_series, _needs, state, from, to, [out]) {
      for (let i = from; i < to; i++) out![i] = values[state[0]!++]!;
    },
  });
  return featureNode({ kernel, source: 'test', columns: [{ name: 'atr14', title: 'ATR', warmUpBars: 15 }] });
};
const engine = makeFeatureEngine([atrNode(atr(bars, 14)), ...SMART_MONEY_NODES], SMART_MONEY_COLUMNS);

describe('smart-money zones', () => {
  it('without a record the columns are those with one', () => {
    const values = engine.compute(seriesOf(bars));
    for (const name of SMART_MONEY_COLUMNS) expect([...values[name]!], name).toEqual([...found.columns[name]]);
  });

  it('go on from a saved state at any bar', () => {
    const series = seriesOf(bars);
    const whole = Object.fromEntries(SMART_MONEY_COLUMNS.map((name) => [name, found.columns[name].slice(600, 900)]));
    for (const cut of [600, 601, 602, 603, 650, 700]) {
      const first = engine.start();
      first.advance(series, 0, cut);
      const values = makeFeatureEngine([atrNode(atr(bars, 14)), ...SMART_MONEY_NODES], SMART_MONEY_COLUMNS)
        .resume(first.save())
        .advance(series, cut, 900);
      for (const name of SMART_MONEY_COLUMNS)
        expect([...values[name]!.slice(cut)], name).toEqual([...whole[name]!.slice(cut - 600)]);
    }
  });

  it('gaps pass through their states when a slow look at every bar says so', () => {
    const { high, low, close } = bars;
    expect(found.fairValueGaps.length).toBeGreaterThan(100);
    for (const gap of found.fairValueGaps) {
      const bull = gap.direction === 1;
      const [near, far] = bull ? [gap.high, gap.low] : [gap.low, gap.high];
      const firstBar = (level: number, of: (i: number) => number, beyond = false): number => {
        for (let i = gap.knownAt + 1; i < close.length; i++) {
          const past = bull ? of(i) - level : level - of(i);
          if (beyond ? past < 0 : past <= 0) return i;
        }
        return -1;
      };
      const reach = (i: number): number => (bull ? low[i]! : high[i]!);
      const expected = [
        { state: 'open', bar: gap.knownAt },
        { state: 'touched', bar: firstBar(near, reach) },
        { state: 'half', bar: firstBar((near + far) / 2, reach) },
        { state: 'filled', bar: firstBar(far, reach) },
        { state: 'inverted', bar: firstBar(far, (i) => close[i]!, true) },
      ].filter(({ bar }) => bar >= 0);
      expect(gap.states).toEqual(expected);
    }
  });

  it('the nearest unfilled gap is the one that a slow look over all of them finds', () => {
    const atr14 = atr(bars, 14);
    let within = 0;
    for (let t = 20; t < 1500; t++) {
      for (const direction of [1, -1] as const) {
        const distances = found.fairValueGaps
          .filter((gap) => gap.direction === direction && gap.knownAt <= t && (gap.endedAt ?? Infinity) > t)
          .map((gap) => Math.max(0, bars.close[t]! - gap.high, gap.low - bars.close[t]!) / atr14[t]!);
        const nearest = Math.min(5, ...distances);
        const column = direction === 1 ? found.columns.smc_fvg_bull : found.columns.smc_fvg_bear;
        expect(column[t]).toBeCloseTo(nearest, 9);
        if (nearest < 5) within++;
      }
    }
    expect(within).toBeGreaterThan(1000);
  });

  it('follow a mitigated order block on to the close that goes through it', () => {
    const flat = (price: number): [number, number, number, number] => [price, price + 1, price - 1, price];
    const prices = [10, 11, 12, 15, 12, 9, 9, 10, 11, 17, 14, 11, 9.2, 9, 7];
    const [block] = scanSmartMoney(barsOf(prices.map(flat))).orderBlocks;
    expect(block!.states.map(({ state, bar }) => `${state}@${bar}`)).toEqual([
      'fresh@9',
      'tapped@11',
      'mitigated@12',
      'breaker@14',
    ]);
    expect(block!.endedAt).toBe(12);
  });

  it('no more than eight order blocks are live at once', () => {
    for (let t = 0; t < 1500; t++) {
      const live = found.orderBlocks.filter((block) => block.knownAt <= t && (block.endedAt ?? Infinity) > t);
      expect(live.length).toBeLessThanOrEqual(8);
    }
  });
});
