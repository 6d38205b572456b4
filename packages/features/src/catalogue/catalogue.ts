import { AppError } from '@aion/core';
import type { FeatureNode } from '../engine/index.ts';
import { indicatorNodeNamed, INDICATOR_NODES } from '../indicators/nodes.ts';
import { PRICE_ACTION_NODES } from '../price-action/nodes.ts';

/** Every feature that is made of bars and references, family by family. */
export const FEATURE_NODES: readonly FeatureNode[] = [...INDICATOR_NODES, ...PRICE_ACTION_NODES];

/**
 * The columns that names stand for, and the nodes that make them. A name is a column (`rsi14`), a group (`macd`: its three columns) or an
 * indicator with a period of its own (`sma37`).
 *
 * @throws AppError(bad_input) for a name that is none of these.
 */
export function resolveColumns(names: readonly string[]): { columns: string[]; nodes: readonly FeatureNode[] } {
  const groups = new Map(FEATURE_NODES.map((node) => [node.name, node.columns.map(({ name }) => name)]));
  const columns = new Set(FEATURE_NODES.flatMap((node) => node.columns.map(({ name }) => name)));
  const made = new Map<string, FeatureNode>();
  const wanted = names.flatMap((asked) => {
    const name = asked.trim().toLowerCase();
    const group = groups.get(name);
    if (group !== undefined) return group;
    if (columns.has(name)) return [name];
    const node = made.get(name) ?? indicatorNodeNamed(name);
    if (node === undefined)
      throw new AppError('bad_input', `there is no feature "${asked}"; \`aion features --list\` shows them all`);
    made.set(name, node);
    return node.columns.map((column) => column.name);
  });
  return { columns: [...new Set(wanted)], nodes: [...FEATURE_NODES, ...made.values()] };
}
