import { columnAt, evaluate, FAILED, MET, UNKNOWN } from '../rules/evaluate.ts';
import { explain, type Finding } from '../rules/explain.ts';
import type { ScanTable } from '../rules/scan-table.ts';
import type { Preset, Scan, ScanSet } from '../scans/scan.ts';

/** What one scan or preset found. */
export interface Found {
  /** `FAILED`, `MET` or `UNKNOWN` by row, before a preset's gates and cut. */
  readonly states: Uint8Array;
  /** Rows that matched, the strongest first. */
  readonly rows: readonly number[];
}

export interface Screen {
  readonly table: ScanTable;
  readonly set: ScanSet;
  readonly found: ReadonlyMap<string, Found>;
  /** Why a symbol did not pass the gates, in words; undefined where it did. */
  readonly gateOf: (symbol: string) => string | undefined;
}

/**
 * Evaluates all scans and presets of a set over one table. `gateOf` names the gate that a symbol fails, for presets that ask for gates.
 *
 * @example
 * const { found, table } = runScreen(makeScanTable(columns, rows), set);
 * found.get('breakout-20')?.rows.map((row) => table.symbols[row]) // the matches, the strongest first
 */
export function runScreen(
  table: ScanTable,
  set: ScanSet,
  gateOf: (symbol: string) => string | undefined = () => undefined,
): Screen {
  const found = new Map<string, Found>();
  const rowsMet = (states: Uint8Array): number[] => [...states.keys()].filter((row) => states[row] === MET);
  for (const { id, rule, order } of set.scans) {
    const states = evaluate(rule, table);
    found.set(id, { states, rows: inOrder(rowsMet(states), table, order) });
  }
  for (const preset of set.presets) {
    const states = presetStates(preset, table.symbols.length, (id) => found.get(id)!.states);
    const passed = rowsMet(states).filter((row) => !preset.gates || gateOf(table.symbols[row]!) === undefined);
    found.set(preset.id, { states, rows: inOrder(passed, table, preset.order).slice(0, preset.top) });
  }
  return { table, set, found, gateOf };
}

function presetStates(preset: Preset, length: number, statesOf: (id: string) => Uint8Array): Uint8Array {
  const states = new Uint8Array(length).fill(MET);
  const need = (part: (row: number) => number): void => {
    for (let row = 0; row < length; row++) {
      if (states[row] === FAILED) continue;
      const state = part(row);
      if (state !== MET) states[row] = state;
    }
  };
  for (const id of preset.all) {
    const own = statesOf(id);
    need((row) => own[row]!);
  }
  for (const id of preset.none) {
    const own = statesOf(id);
    need((row) => (own[row] === UNKNOWN ? UNKNOWN : 1 - own[row]!));
  }
  if (preset.any.length > 0) {
    const all = preset.any.map(statesOf);
    need((row) => {
      let best: number = FAILED;
      for (const own of all) {
        if (own[row] === MET) return MET;
        if (own[row] === UNKNOWN) best = UNKNOWN;
      }
      return best;
    });
  }
  return states;
}

/** Rows by a column; ties go by symbol, rows without the figure come last. */
function inOrder(rows: number[], table: ScanTable, order: Scan['order']): number[] {
  const values = columnAt(table, order.column);
  const sign = order.first === 'highest' ? -1 : 1;
  return rows.sort((a, b) => {
    const [left, right] = [values[a]!, values[b]!];
    if (Number.isNaN(left) || Number.isNaN(right))
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || a - b;
    return sign * (left - right) || a - b;
  });
}

export interface Verdict {
  /** `gated`: the gates bar it; `cut`: it matched, and stronger ones filled the preset. */
  readonly state: 'matched' | 'failed' | 'unknown' | 'gated' | 'cut';
  readonly reasons: readonly Finding[];
}

const STATES = { [FAILED]: 'failed', [MET]: 'met', [UNKNOWN]: 'unknown' } as const;

/** Why a row of the table passed a scan or preset, or not, condition by condition. */
export function verdictOf(screen: Screen, id: string, row: number): Verdict {
  const { table, set, found } = screen;
  const { states, rows } = found.get(id)!;
  const scan = set.scans.find((one) => one.id === id);
  const state = STATES[states[row] as 0 | 1 | 2];
  if (scan !== undefined)
    return { state: state === 'met' ? 'matched' : state, reasons: explain(scan.rule, table, row) };
  const preset = set.presets.find((one) => one.id === id)!;
  const reasons = presetReasons(screen, preset, row);
  const gate = preset.gates ? screen.gateOf(table.symbols[row]!) : undefined;
  if (gate !== undefined)
    return { state: 'gated', reasons: [{ state: 'failed', title: `Gates: ${gate}` }, ...reasons] };
  if (state !== 'met') return { state, reasons };
  if (rows.includes(row)) return { state: 'matched', reasons };
  return {
    state: 'cut',
    reasons: [...reasons, { state: 'failed', title: `Stronger symbols fill the ${preset.top} places of the preset` }],
  };
}

/** The scans of a preset in words: those that must match, those that matched of the rest, those that must not. */
function presetReasons({ table, set, found }: Screen, preset: Preset, row: number): Finding[] {
  const stateOf = (id: string): 0 | 1 | 2 => found.get(id)!.states[row] as 0 | 1 | 2;
  const told = (id: string): Finding[] => {
    const scan = set.scans.find((one) => one.id === id)!;
    return explain(scan.rule, table, row).map(({ state, title }) => ({ state, title: `${scan.title}: ${title}` }));
  };
  const met = preset.any.filter((id) => stateOf(id) === MET);
  const banned = preset.none.flatMap((id): Finding[] => {
    const { title } = set.scans.find((one) => one.id === id)!;
    const state = stateOf(id);
    if (state === FAILED) return [];
    if (state === MET) return [{ state: 'failed', title: `${title}: matches and must not` }];
    return told(id).filter((finding) => finding.state === 'unknown');
  });
  return [...preset.all.flatMap(told), ...(met.length > 0 ? met : preset.any).flatMap(told), ...banned];
}

/**
 * The universe cut by what a preset found. It only ever leaves symbols out: one that the gates did not let through does not come back,
 * whatever the preset says.
 */
export function cutUniverse(universe: readonly string[], screen: Screen, presetId: string): string[] {
  const kept = new Set(screen.found.get(presetId)!.rows.map((row) => screen.table.symbols[row]!));
  return universe.filter((symbol) => kept.has(symbol));
}
