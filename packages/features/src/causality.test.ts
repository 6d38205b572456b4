import { describe, expect, it } from 'vitest';
import { makeColumn, sliceColumns, type BarColumns } from './columns.ts';
import { randomBars } from '../test/fixture-bars.ts';
import { scanSmartMoney } from './smart-money/index.ts';
import { technicalColumns } from './technical.ts';

type Columns = Record<string, Float64Array>;

/** The bars at which cutting the future off changes a value that was there already. */
function restatedBars(make: (bars: BarColumns) => Columns, bars: BarColumns): string[] {
  const whole = make(bars);
  const wrong: string[] = [];
  for (let end = 1; end <= bars.close.length; end++) {
    const cut = make(sliceColumns(bars, 0, end));
    for (const [name, column] of Object.entries(whole)) {
      if (!Object.is(cut[name]![end - 1], column[end - 1])) wrong.push(`${name}@${end - 1}`);
    }
  }
  return wrong;
}

describe('no feature looks ahead', () => {
  it('smart-money columns of every prefix equal those of the whole series', () => {
    for (const seed of ['a', 'b', 'c']) {
      expect(restatedBars((bars) => scanSmartMoney(bars).columns, randomBars(seed, 320))).toEqual([]);
    }
  });

  it('technical columns of every prefix equal those of the whole series', () => {
    for (const seed of ['a', 'b']) expect(restatedBars(technicalColumns, randomBars(seed, 320))).toEqual([]);
  });

  it('events and zones once published are never changed or removed', () => {
    const bars = randomBars('events', 300);
    const whole = scanSmartMoney(bars);
    const seen = {
      'breaks up': 0,
      'breaks down': 0,
      highs: 0,
      lows: 0,
      sweeps: 0,
      blocks: 0,
      gaps: 0,
      'changed later': 0,
    };
    for (let end = 40; end <= 300; end += 13) {
      const cut = scanSmartMoney(sliceColumns(bars, 0, end));
      expect(whole.breaks.slice(0, cut.breaks.length)).toEqual(cut.breaks);
      expect(whole.pivots.slice(0, cut.pivots.length)).toEqual(cut.pivots);
      expect(whole.liquidity.slice(0, cut.liquidity.length)).toEqual(cut.liquidity);
      for (const [i, zone] of cut.orderBlocks.entries()) {
        expect(whole.orderBlocks[i]!.states.slice(0, zone.states.length)).toEqual(zone.states);
      }
      for (const [i, zone] of cut.fairValueGaps.entries()) {
        expect(whole.fairValueGaps[i]!.states.slice(0, zone.states.length)).toEqual(zone.states);
      }
      for (const event of [...cut.breaks, ...cut.pivots]) expect(event.knownAt).toBeLessThan(end);
      for (const { direction } of cut.breaks) seen[direction === 1 ? 'breaks up' : 'breaks down']++;
      for (const { side } of cut.pivots) seen[side === 'high' ? 'highs' : 'lows']++;
      seen.sweeps += cut.liquidity.length;
      seen.blocks += cut.orderBlocks.length;
      seen.gaps += cut.fairValueGaps.length;
      const zones = [...cut.orderBlocks.entries()].filter(
        ([i, zone]) => whole.orderBlocks[i]!.states.length > zone.states.length,
      );
      seen['changed later'] += zones.length;
    }
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(3);
  });

  it('catches a planted look-ahead: a centred mean', () => {
    const centred = (bars: BarColumns): Columns => {
      const out = makeColumn(bars.close.length);
      for (let i = 1; i < out.length; i++) out[i] = (bars.close[i - 1]! + (bars.close[i + 1] ?? bars.close[i]!)) / 2;
      return { centred: out };
    };
    expect(restatedBars(centred, randomBars('a', 60)).length).toBeGreaterThan(40);
  });

  it('catches a planted look-ahead: scaling by the whole sample', () => {
    const scaled = (bars: BarColumns): Columns => {
      const top = Math.max(...bars.close);
      return { scaled: bars.close.map((close) => close / top) };
    };
    expect(restatedBars(scaled, randomBars('a', 60))).not.toEqual([]);
  });
});
