import { describe, expect, it } from 'vitest';
import { checkActions } from './check-actions.ts';
import type { DailyBars } from '../bars.ts';
import { loadCalendar } from '../calendar.ts';
import type { CorporateAction } from './corporate-action.ts';

// HAL split 1:2 on the second of these sessions; a source lists the split on the third as well.
const bars: DailyBars = {
  symbol: 'HAL',
  sessionDay: Int32Array.of(19_627, 19_628, 19_629),
  open: Float64Array.of(3874, 1934.8, 1898),
  high: Float64Array.of(3883.65, 1941.6, 1942.75),
  low: Float64Array.of(3832, 1885, 1897.1),
  close: Float64Array.of(3837.7, 1889.15, 1928.15),
  volumeShares: Float64Array.of(853_470, 1_992_076, 1_147_905),
};
const calendar = loadCalendar('NSE');
const split = (exDay: number, value = 2): CorporateAction => ({ symbol: 'HAL', exDay, kind: 'split_or_bonus', value });

describe('checkActions', () => {
  it('keeps the split that the price shows and leaves out the one it does not, saying why', () => {
    const { actions, refuted } = checkActions(bars, [split(19_628), split(19_629)], calendar);
    expect(actions).toEqual([split(19_628)]);
    expect(refuted.map(({ action }) => action)).toEqual([split(19_629)]);
    expect(refuted[0]?.message).toMatch(/HAL opened at 1898 on 2023-09-29 after 1889.15.*correct or remove/);
  });

  it('keeps what it cannot judge: no bar beside the ex-date, small factors, dividends, other symbols', () => {
    const unjudged: CorporateAction[] = [
      split(19_627),
      split(19_700),
      split(19_629, 1.2),
      { ...split(19_629), kind: 'dividend', value: 30 },
      { ...split(19_629), symbol: 'BEL' },
    ];
    expect(checkActions(bars, unjudged, calendar)).toEqual({ actions: unjudged, refuted: [] });
  });

  it('judges none across missing sessions: the price has moved by itself', () => {
    // A demerger at which a quarter of the value left, over ten missing sessions in which the rest rose.
    const gap = { ...bars, sessionDay: Int32Array.of(19_613, 19_628, 19_629), open: Float64Array.of(3874, 3700, 1898) };
    const demerger: CorporateAction = { symbol: 'HAL', exDay: 19_628, kind: 'demerger_or_rights', value: 1.34 };
    expect(checkActions(gap, [demerger], calendar)).toEqual({ actions: [demerger], refuted: [] });
    // One missing session is enough.
    const short = { ...gap, sessionDay: Int32Array.of(19_626, 19_628, 19_629) };
    expect(checkActions(short, [demerger], calendar).refuted).toEqual([]);
    const beside = { ...gap, sessionDay: Int32Array.of(19_627, 19_628, 19_629) };
    expect(checkActions(beside, [demerger], calendar).refuted).toHaveLength(1);
  });

  it('judges the actions of one day together: what they come to is what the price shows', () => {
    const day = 19_628;
    const bonus = (value: number): CorporateAction => ({ symbol: 'HAL', exDay: day, kind: 'bonus', value });
    const halved = (factor: number): DailyBars => ({ ...bars, open: Float64Array.of(3874, 3837.7 / factor, 1898) });
    const keptOf = (factor: number, ...given: CorporateAction[]): readonly CorporateAction[] =>
      checkActions(halved(factor), given, calendar).actions;
    // A split and a bonus, both made: a quarter.
    expect(keptOf(4.1, split(day), bonus(2))).toEqual([split(day), bonus(2)]);
    // One action under two names: only a half.
    expect(keptOf(1.98, split(day), bonus(2))).toHaveLength(1);
    expect(keptOf(2.05, split(day), bonus(5))).toEqual([split(day)]);
    // A split of ten beside a consolidation of five: a half, of which neither alone would show anything.
    expect(keptOf(1.97, split(day, 10), bonus(0.2))).toEqual([split(day, 10), bonus(0.2)]);
    expect(keptOf(1.01, split(day), bonus(5))).toEqual([]);
  });

  it('judges a consolidation the other way round', () => {
    expect(checkActions(bars, [split(19_629, 0.1)], calendar).refuted).toHaveLength(1);
  });
});
