import { AppError } from '@aion/core';
import type { Leaf, Rule, Target } from './rule.ts';
import type { ScanTable } from './scan-table.ts';

/** What a condition is for a symbol. Unknown, where a figure is missing, is neither: it never passes and its reason is told. */
export const FAILED = 0;
export const MET = 1;
export const UNKNOWN = 2;

/** The state of a rule for every row of a table, in its order: MET, FAILED, or UNKNOWN where a missing figure leaves it open. */
export function evaluate(rule: Rule, table: ScanTable): Uint8Array {
  if ('all' in rule) return combine(rule.all, table, FAILED);
  if ('any' in rule) return combine(rule.any, table, MET);
  if ('not' in rule) return evaluate(rule.not, table).map((state) => (state === UNKNOWN ? UNKNOWN : 1 - state));
  return evaluateLeaf(rule, table);
}

/** `decides`: the state of one part that decides the whole (failed in `all`, met in `any`); behind it comes unknown. */
function combine(rules: readonly Rule[], table: ScanTable, decides: 0 | 1): Uint8Array {
  const states = new Uint8Array(table.symbols.length).fill(1 - decides);
  for (const rule of rules) {
    const part = evaluate(rule, table);
    for (let i = 0; i < states.length; i++) {
      if (states[i] === decides) continue;
      if (part[i] !== 1 - decides) states[i] = part[i]!;
    }
  }
  return states;
}

/** A column's values now or at the bar before. A column that the table lacks is a defect of whoever made the table. */
export function columnAt(table: ScanTable, name: string, when: 'now' | 'before' = 'now'): Float64Array {
  const values = table[when].get(name);
  if (values === undefined) throw new AppError('missing_data', `the table of this scan has no column "${name}"`);
  return values;
}

const targetAt = (target: Target, table: ScanTable, when: 'now' | 'before'): ((i: number) => number) => {
  if (typeof target === 'number') return () => target;
  const values = columnAt(table, target.column, when);
  return (i) => values[i]! * target.times;
};

function evaluateLeaf(leaf: Leaf, table: ScanTable): Uint8Array {
  const length = table.symbols.length;
  const states = new Uint8Array(length);
  const put = (test: (i: number) => boolean, ...figures: ((i: number) => number)[]): Uint8Array => {
    for (let i = 0; i < length; i++) {
      states[i] = figures.some((figure) => Number.isNaN(figure(i))) ? UNKNOWN : test(i) ? MET : FAILED;
    }
    return states;
  };
  if ('rank' in leaf) {
    const places = ranksOf(leaf.rank, leaf.order, table);
    const limit = rankLimit(leaf, places);
    for (let i = 0; i < length; i++) states[i] = places[i] === 0 ? UNKNOWN : places[i]! <= limit ? MET : FAILED;
    return states;
  }
  if ('flag' in leaf) {
    const values = columnAt(table, leaf.flag);
    return put((i) => values[i]! > 0, (i) => values[i]!); // prettier-ignore
  }
  const values = columnAt(table, leaf.column);
  const value = (i: number): number => values[i]!;
  if ('between' in leaf) {
    const [low, high] = leaf.between;
    return put((i) => value(i) >= low && value(i) <= high, value);
  }
  if ('moves' in leaf) {
    const earlier = columnAt(table, leaf.column, 'before');
    const before = (i: number): number => earlier[i]!;
    return put((i) => (leaf.moves === 'up' ? value(i) > before(i) : value(i) < before(i)), value, before);
  }
  if ('crosses' in leaf) {
    const earlier = columnAt(table, leaf.column, 'before');
    const before = (i: number): number => earlier[i]!;
    const target = targetAt(leaf.of, table, 'now');
    const targetBefore = targetAt(leaf.of, table, 'before');
    const crossed =
      leaf.crosses === 'above'
        ? (i: number) => before(i) <= targetBefore(i) && value(i) > target(i)
        : (i: number) => before(i) >= targetBefore(i) && value(i) < target(i);
    return put(crossed, value, before, target, targetBefore);
  }
  const target = targetAt(leaf.than, table, 'now');
  return put((i) => compare(value(i), leaf.is, target(i)), value, target);
}

function compare(value: number, is: 'above' | 'below' | 'at_least' | 'at_most', target: number): boolean {
  switch (is) {
    case 'above':
      return value > target;
    case 'below':
      return value < target;
    case 'at_least':
      return value >= target;
    case 'at_most':
      return value <= target;
    default:
      throw new Error(`no comparison ${String(is satisfies never)}`);
  }
}

const rankings = new WeakMap<ScanTable, Map<string, Int32Array>>();

/** Each row's place among all rows with a value, 1 the first; 0 without a value. Of equal ones the symbol decides. */
export function ranksOf(column: string, order: 'highest' | 'lowest', table: ScanTable): Int32Array {
  const held = rankings.get(table) ?? new Map<string, Int32Array>();
  rankings.set(table, held);
  const key = `${order} ${column}`;
  const places = held.get(key) ?? rank(column, order, table);
  held.set(key, places);
  return places;
}

function rank(column: string, order: 'highest' | 'lowest', table: ScanTable): Int32Array {
  const values = columnAt(table, column);
  const sign = order === 'highest' ? -1 : 1;
  const rows = Array.from(values.keys())
    .filter((i) => !Number.isNaN(values[i]!))
    .sort((a, b) => sign * (values[a]! - values[b]!) || a - b);
  const places = new Int32Array(values.length);
  rows.forEach((row, at) => (places[row] = at + 1));
  return places;
}

/** How many places a rank condition lets pass. */
export function rankLimit(leaf: Extract<Leaf, { rank: string }>, places: Int32Array): number {
  if ('top' in leaf) return leaf.top;
  return Math.ceil((leaf.percent / 100) * places.reduce((count, place) => count + (place > 0 ? 1 : 0), 0));
}
