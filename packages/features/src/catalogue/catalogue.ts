import { AppError } from '@aion/core';
import type { FeatureNode } from '../engine/index.ts';
import { CROSS_ASSET_NODES } from '../cross-asset/nodes.ts';
import { FUNDAMENTAL_NODES } from '../fundamental/nodes.ts';
import { indicatorNodeNamed, INDICATOR_NODES } from '../indicators/nodes.ts';
import { MACRO_NODES } from '../macro/nodes.ts';
import { MICROSTRUCTURE_NODES } from '../microstructure/nodes.ts';
import { PRICE_ACTION_NODES } from '../price-action/nodes.ts';
import { HMM_NODE, REGIME_NODES } from '../regime/nodes.ts';
import { SENTIMENT_NODES } from '../sentiment/nodes.ts';
import { SMART_MONEY_NODES } from '../smart-money/nodes.ts';
import { TECHNICAL_COLUMNS, TECHNICAL_NODES } from '../technical.ts';
import { TIME_NODES } from '../time/nodes.ts';
import { ALIGNMENT_NODES } from '../timeframes/nodes.ts';

/** Every feature that is made of bars and references, family by family. */
export const FEATURE_NODES: readonly FeatureNode[] = [
  ...INDICATOR_NODES,
  ...TECHNICAL_NODES,
  ...PRICE_ACTION_NODES,
  ...SMART_MONEY_NODES,
  ...ALIGNMENT_NODES,
  ...TIME_NODES,
  ...CROSS_ASSET_NODES,
  ...MICROSTRUCTURE_NODES,
  ...REGIME_NODES,
  ...SENTIMENT_NODES,
  ...FUNDAMENTAL_NODES,
  ...MACRO_NODES,
];

/** Columns that are the same for every instrument of a session: a set of all bars keeps them once per day. */
export const MARKET_COLUMNS: ReadonlySet<string> = columnsWhere(({ sameForAll }) => sameForAll);

/** Columns that ask on which day a bar was: of bars without dates they have no value. */
export const CALENDAR_COLUMNS: ReadonlySet<string> = columnsWhere(({ readsCalendar }) => readsCalendar);

/** Features that are made only where they are asked for by name: each costs more than all of the others. */
const COSTLY_NODES: readonly FeatureNode[] = [HMM_NODE];

/** Names for columns of several nodes. */
const FEATURE_GROUPS: Readonly<Record<string, readonly string[]>> = {
  ta: TECHNICAL_COLUMNS,
  tf: ALIGNMENT_NODES.flatMap((node) => node.columns.map(({ name }) => name)),
  all: FEATURE_NODES.flatMap((node) => node.columns.map(({ name }) => name)),
};

function columnsWhere(holds: (node: FeatureNode) => boolean): Set<string> {
  return new Set(FEATURE_NODES.filter(holds).flatMap(({ columns }) => columns.map(({ name }) => name)));
}

/**
 * The columns that names stand for, and the nodes that make them. A name is a column (`rsi14`), a group (`macd`: its three columns; `ta`: the
 * twelve of the models' context) or an indicator with a period of its own (`sma37`, `bb50`).
 *
 * @throws AppError(bad_input) for a name that is none of these.
 * @example resolveColumns(['macd', 'sma37']).columns // ['macd', 'macd_signal', 'macd_hist', 'sma37']
 */
export function resolveColumns(names: readonly string[]): { columns: string[]; nodes: readonly FeatureNode[] } {
  const groups = new Map<string, readonly string[]>(Object.entries(FEATURE_GROUPS));
  for (const node of FEATURE_NODES)
    groups.set(
      node.name,
      node.columns.map(({ name }) => name),
    );
  const columns = new Set(FEATURE_NODES.flatMap((node) => node.columns.map(({ name }) => name)));
  const made = new Map<string, FeatureNode>();
  const columnsOf = (node: FeatureNode): string[] => node.columns.map(({ name }) => name);
  /** Makes the node of a name that the catalogue does not list, and what it needs of the same kind. */
  const make = (name: string): FeatureNode | undefined => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const node = indicatorNodeNamed(name) ?? COSTLY_NODES.find((one) => [one.name, ...columnsOf(one)].includes(name));
    if (node === undefined) return undefined;
    for (const column of [node.name, ...columnsOf(node)]) made.set(column, node);
    for (const need of node.needs) if (!columns.has(need)) make(need);
    return node;
  };
  const wanted = names.flatMap((asked) => {
    const name = asked.trim().toLowerCase();
    const group = groups.get(name);
    if (group !== undefined) return group;
    if (columns.has(name)) return [name];
    const node = make(name);
    if (node === undefined)
      throw new AppError('bad_input', `there is no feature "${asked}"; \`aion features --list\` shows them all`);
    return node.name === name ? columnsOf(node) : [name];
  });
  return { columns: [...new Set(wanted)], nodes: [...FEATURE_NODES, ...new Set(made.values())] };
}
