import { describe, expect, it } from 'vitest';
import {
  absenceCode,
  evaluate,
  explain,
  FAILED,
  makeScanTable,
  MET,
  nearestNames,
  Rule,
  scanColumn,
  stateAt,
  UNKNOWN,
  type ScanTable,
  type WrittenRule,
} from './index.ts';

type Cells = Readonly<Record<string, readonly [now: number, before: number]>>;

function tableOf(columns: readonly string[], rows: Readonly<Record<string, Cells>>): ScanTable {
  const code = (value: number): number => (Number.isNaN(value) ? absenceCode('short_history') : 0);
  return makeScanTable(
    columns,
    Object.entries(rows).map(([symbol, cells]) => {
      const now = columns.map((name) => cells[name]?.[0] ?? Number.NaN);
      const before = columns.map((name) => cells[name]?.[1] ?? Number.NaN);
      return { symbol, now, before, absentNow: now.map(code), absentBefore: before.map(code) };
    }),
  );
}

const table = tableOf(['close', 'sma20', 'gap_frac', 'nr7'], {
  DIP: { close: [90, 105], sma20: [100, 100], gap_frac: [-0.05, 0], nr7: [0, 0] },
  FLAT: { close: [100, 100], sma20: [100, 100], gap_frac: [0, 0], nr7: [1, 0] },
  NEW: { close: [50, 49] },
  RISE: { close: [110, 100], sma20: [101, 100], gap_frac: [0.03, 0], nr7: [0, 1] },
});
const states = (rule: WrittenRule): number[] => [...evaluate(Rule.parse(rule), table)];

describe('a rule', () => {
  it.each<[string, WrittenRule, number[]]>([
    ['above a column', { column: 'close', is: 'above', than: { column: 'sma20' } }, [FAILED, FAILED, UNKNOWN, MET]],
    [
      'at most a factor of a column',
      { column: 'close', is: 'at_most', than: { column: 'sma20', times: 0.9 } },
      [MET, FAILED, UNKNOWN, FAILED],
    ],
    ['below a number', { column: 'close', is: 'below', than: 60 }, [FAILED, FAILED, MET, FAILED]],
    ['at least, at its edge', { column: 'close', is: 'at_least', than: 100 }, [FAILED, MET, FAILED, MET]],
    ['between, both ends in', { column: 'gap_frac', between: [0, 0.03] }, [FAILED, MET, UNKNOWN, MET]],
    [
      'crossing above from a tie',
      { column: 'close', crosses: 'above', of: { column: 'sma20' } },
      [FAILED, FAILED, UNKNOWN, MET],
    ],
    ['crossing below', { column: 'close', crosses: 'below', of: { column: 'sma20' } }, [MET, FAILED, UNKNOWN, FAILED]],
    ['moving up', { column: 'close', moves: 'up' }, [FAILED, FAILED, MET, MET]],
    ['a flag', { flag: 'nr7' }, [FAILED, MET, UNKNOWN, FAILED]],
    ['not, of what is unknown still unknown', { not: { flag: 'nr7' } }, [MET, FAILED, UNKNOWN, MET]],
    ['all', { all: [{ flag: 'nr7' }, { column: 'close', is: 'below', than: 60 }] }, [FAILED, FAILED, UNKNOWN, FAILED]],
    [
      'any, one that is met beside an unknown',
      { any: [{ flag: 'nr7' }, { column: 'close', is: 'below', than: 60 }] },
      [FAILED, MET, MET, FAILED],
    ],
    ['the first two', { rank: 'close', order: 'highest', top: 2 }, [FAILED, MET, FAILED, MET]],
    [
      'the lowest third of those with a value',
      { rank: 'sma20', order: 'lowest', percent: 34 },
      [MET, MET, UNKNOWN, FAILED],
    ],
  ])('%s', (_name, rule, expected) => {
    expect(states(rule)).toEqual(expected);
    const parsed = Rule.parse(rule);
    // What explains one row agrees with what decided over all.
    expect(table.symbols.map((_, row) => stateAt(parsed, table, row))).toEqual(expected);
  });

  it('breaks a tie in a rank by symbol, whatever the order of the rows', () => {
    const tied = tableOf(['close'], { B: { close: [5, 5] }, A: { close: [5, 5] }, C: { close: [5, 5] } });
    expect(tied.symbols).toEqual(['A', 'B', 'C']);
    expect([...evaluate(Rule.parse({ rank: 'close', order: 'highest', top: 2 }), tied)]).toEqual([MET, MET, FAILED]);
  });

  it('never passes on a missing figure, whatever the comparison', () => {
    const absent = 2;
    for (const is of ['above', 'below', 'at_least', 'at_most'] as const) {
      expect(states({ column: 'sma20', is, than: 0 })[absent]).toBe(UNKNOWN);
      expect(states({ not: { column: 'sma20', is, than: 0 } })[absent]).toBe(UNKNOWN);
    }
  });

  it('is refused with a word of another meaning, an empty list or an odd column', () => {
    for (const wrong of [
      { column: 'close', is: 'around', than: 3 },
      { all: [] },
      { column: 'Close; drop', is: 'above', than: 3 },
      { column: 'close', is: 'above', than: 3, extra: 1 },
      { rank: 'close', order: 'highest' },
    ])
      expect(Rule.safeParse(wrong).success).toBe(false);
  });
});

describe('the reasons', () => {
  const told = (rule: WrittenRule, symbol: string) => explain(Rule.parse(rule), table, table.symbols.indexOf(symbol));

  it('say the condition with both figures', () => {
    expect(told({ column: 'close', is: 'above', than: { column: 'sma20', times: 1.05 } }, 'RISE')).toEqual([
      { state: 'met', title: 'Close is 110.00, above 1.05 × Simple moving average, 20 bars 101.00' },
    ]);
    expect(told({ column: 'gap_frac', is: 'at_least', than: 0.02 }, 'DIP')).toEqual([
      { state: 'failed', title: 'Gap from the close before is -5 %, not at least 2 %' },
    ]);
    expect(told({ flag: 'nr7' }, 'FLAT')).toEqual([{ state: 'met', title: 'Narrowest range of 7 bars: yes' }]);
    expect(told({ rank: 'close', order: 'highest', top: 2 }, 'DIP')[0]!.title).toBe(
      'Close is 90.00, place 3 (highest first), not within 2',
    );
    expect(told({ column: 'close', crosses: 'above', of: 105 }, 'RISE')[0]!.title).toBe(
      'Close is 110.00 after 100.00, crossing above 105.00',
    );
  });

  it('say why a figure is unknown, and which conditions of many failed', () => {
    const rule: WrittenRule = { all: [{ flag: 'nr7' }, { column: 'close', is: 'above', than: { column: 'sma20' } }] };
    expect(told(rule, 'NEW')).toEqual([
      { state: 'unknown', title: 'Narrowest range of 7 bars is unknown: short_history: too few bars' },
      { state: 'unknown', title: 'Simple moving average, 20 bars is unknown: short_history: too few bars' },
    ]);
    expect(told(rule, 'RISE').map(({ state }) => state)).toEqual(['failed', 'met']);
  });

  it('of an any that is met tell only what is met', () => {
    const rule: WrittenRule = { any: [{ flag: 'nr7' }, { column: 'close', is: 'above', than: 105 }] };
    expect(told(rule, 'RISE')).toHaveLength(1);
    expect(told(rule, 'DIP').map(({ state }) => state)).toEqual(['failed', 'failed']);
  });
});

describe('a column', () => {
  it('that does not exist is refused with the nearest names', () => {
    expect(() => scanColumn('inside_baar')).toThrow('there is no column "inside_baar"; the nearest: inside_bar');
    expect(nearestNames('clsoe', ['close', 'open', 'volume'])).toEqual(['close']);
  });

  it('is not a group of columns', () => {
    expect(() => scanColumn('bar_shape')).toThrow('there is no column "bar_shape"');
  });
});
