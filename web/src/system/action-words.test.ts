import { expect, it } from 'vitest';
import { newestByAction, valueWords, type ActionEntry } from './action-words.ts';
import { selectSymbols, type SymbolScore } from './symbol-query.ts';

const entry = (part: Partial<ActionEntry>): ActionEntry => ({
  symbol: 'ABC',
  exDate: '2026-02-18',
  kind: 'split',
  value: 2,
  source: 'admin',
  recordedAt: '2026-02-27T13:20:00Z',
  withdrawn: false,
  by: null,
  why: null,
  ...part,
});

it('a value is said with its unit', () => {
  expect(valueWords('split', 2)).toBe('2 shares for 1');
  expect(valueWords('split_or_bonus', 1.5)).toBe('1.5 shares for 1');
  expect(valueWords('demerger_or_rights', 1.6620000001)).toBe('earlier prices ÷ 1.662');
  expect(valueWords('dividend', 12.5)).toBe('₹12.5 a share');
});

it('the newest word of an action counts, each action on its own', () => {
  const withdrawn = entry({ withdrawn: true });
  const dividend = entry({ kind: 'dividend' });
  const newest = newestByAction([withdrawn, dividend, entry({ value: 5 })]);
  expect([...newest.values()]).toEqual([withdrawn, dividend]);
});

it('symbols stand held back first, then by the worst score, then by name, and the search cuts them', () => {
  const score = (symbol: string, value: number, heldBack = false, issues = 1): SymbolScore => ({
    symbol,
    score: value,
    bars: 250,
    issues,
    worst: null,
    heldBack,
  });
  const symbols = [
    score('CLEAN', 100, false, 0),
    score('B', 60),
    score('A', 60),
    score('HELD', 90, true),
    score('C', 10),
  ];
  expect(selectSymbols(symbols, '', 'all').map(({ symbol }) => symbol)).toEqual(['HELD', 'C', 'A', 'B', 'CLEAN']);
  expect(selectSymbols(symbols, '', 'found').length).toBe(4);
  expect(selectSymbols(symbols, '', 'held').map(({ symbol }) => symbol)).toEqual(['HELD']);
  expect(selectSymbols(symbols, ' ean', 'all').map(({ symbol }) => symbol)).toEqual(['CLEAN']);
});
