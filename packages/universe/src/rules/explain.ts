import type { PART_STATES } from '@aion/core';
import { columnAt, evaluate, FAILED, MET, rankLimit, ranksOf, UNKNOWN } from './evaluate.ts';
import { columnsOfRule, type Leaf, type Rule, type Target } from './rule.ts';
import { scanColumn, wordsOf } from './scan-column.ts';
import { absenceWords, type ScanTable } from './scan-table.ts';

export interface Finding {
  readonly state: (typeof PART_STATES)[number];
  /** The condition in words with both figures: "RSI 14 is 71.2, above 70". */
  readonly title: string;
}

/** Why a rule is met, failed or unknown for one row, condition by condition. Of an `any` that is met those that are met. */
export function explain(rule: Rule, table: ScanTable, row: number): Finding[] {
  if ('all' in rule) return rule.all.flatMap((part) => explain(part, table, row));
  if ('any' in rule) {
    const met = rule.any.filter((part) => stateAt(part, table, row) === MET);
    return (met.length > 0 ? met : rule.any).flatMap((part) => explain(part, table, row));
  }
  if ('not' in rule) {
    return explain(rule.not, table, row).map(({ state, title }) => ({
      state: state === 'met' ? 'failed' : state === 'failed' ? 'met' : 'unknown',
      title: `${title} (must not be)`,
    }));
  }
  return [explainLeaf(rule, table, row)];
}

function explainLeaf(leaf: Leaf, table: ScanTable, row: number): Finding {
  const state = NAMES[stateAt(leaf, table, row)];
  if (state === 'unknown') return { state, title: missingWords(leaf, table, row) };
  const is = state === 'met' ? '' : 'not ';
  if ('flag' in leaf) {
    const { title } = scanColumn(leaf.flag);
    return { state, title: `${title}: ${state === 'met' ? 'yes' : 'no'}` };
  }
  if ('rank' in leaf) {
    const { title, unit } = scanColumn(leaf.rank);
    const places = ranksOf(leaf.rank, leaf.order, table);
    const limit = rankLimit(leaf, places);
    const value = wordsOf(columnAt(table, leaf.rank)[row]!, unit);
    return { state, title: `${title} is ${value}, place ${places[row]} (${leaf.order} first), ${is}within ${limit}` };
  }
  const { title, unit } = scanColumn(leaf.column);
  const value = wordsOf(columnAt(table, leaf.column)[row]!, unit);
  const before = (): string => wordsOf(columnAt(table, leaf.column, 'before')[row]!, unit);
  if ('between' in leaf) {
    const [low, high] = leaf.between.map((end) => wordsOf(end, unit));
    return { state, title: `${title} is ${value}, ${is}between ${low} and ${high}` };
  }
  if ('moves' in leaf) return { state, title: `${title} is ${value}, ${is}${leaf.moves} from ${before()}` };
  const wanted = (target: Target, when: 'now' | 'before' = 'now'): string => {
    if (typeof target === 'number') return wordsOf(target, unit);
    const other = scanColumn(target.column);
    const factor = target.times === 1 ? '' : `${target.times} × `;
    return `${factor}${other.title} ${wordsOf(columnAt(table, target.column, when)[row]!, other.unit)}`;
  };
  if ('crosses' in leaf) {
    const words = `${is}crossing ${leaf.crosses} ${wanted(leaf.of)}`;
    return { state, title: `${title} is ${value} after ${before()}, ${words}` };
  }
  return { state, title: `${title} is ${value}, ${is}${leaf.is.replace('_', ' ')} ${wanted(leaf.than)}` };
}

const NAMES = { [FAILED]: 'failed', [MET]: 'met', [UNKNOWN]: 'unknown' } as const;

/** The state of a rule for one row, as `evaluate` has it for all. */
export function stateAt(rule: Rule, table: ScanTable, row: number): 0 | 1 | 2 {
  if ('all' in rule) {
    const states = new Set(rule.all.map((part) => stateAt(part, table, row)));
    return states.has(FAILED) ? FAILED : states.has(UNKNOWN) ? UNKNOWN : MET;
  }
  if ('any' in rule) {
    const states = new Set(rule.any.map((part) => stateAt(part, table, row)));
    return states.has(MET) ? MET : states.has(UNKNOWN) ? UNKNOWN : FAILED;
  }
  if ('not' in rule) {
    const state = stateAt(rule.not, table, row);
    return state === UNKNOWN ? UNKNOWN : state === MET ? FAILED : MET;
  }
  if ('rank' in rule) {
    const places = ranksOf(rule.rank, rule.order, table);
    return places[row] === 0 ? UNKNOWN : places[row]! <= rankLimit(rule, places) ? MET : FAILED;
  }
  return evaluate(rule, rowTable(rule, table, row))[0] as 0 | 1 | 2;
}

/** The table of one row, with what a condition reads of it. */
function rowTable(leaf: Leaf, table: ScanTable, row: number): ScanTable {
  const names = columnsOfRule(leaf);
  const cut = (when: 'now' | 'before'): Map<string, Float64Array> =>
    new Map(names.map((name) => [name, columnAt(table, name, when).subarray(row, row + 1)]));
  return { ...table, symbols: [table.symbols[row]!], now: cut('now'), before: cut('before') };
}

/** Which figure of a condition is missing, and why. */
function missingWords(leaf: Leaf, table: ScanTable, row: number): string {
  const own = 'flag' in leaf ? leaf.flag : 'rank' in leaf ? leaf.rank : leaf.column;
  const target = 'than' in leaf ? leaf.than : 'of' in leaf ? leaf.of : undefined;
  const names = typeof target === 'object' ? [own, target.column] : [own];
  const whens = 'crosses' in leaf || 'moves' in leaf ? (['now', 'before'] as const) : (['now'] as const);
  for (const when of whens) {
    for (const name of names) {
      if (!Number.isNaN(columnAt(table, name, when)[row]!)) continue;
      const codes = when === 'now' ? table.absentNow : table.absentBefore;
      const where = when === 'now' ? '' : ' at the bar before';
      return `${scanColumn(name).title} is unknown${where}: ${absenceWords(codes.get(name)?.[row] ?? 0)}`;
    }
  }
  return `${scanColumn(own).title} is unknown`;
}
