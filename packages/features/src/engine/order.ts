import { AppError } from '@aion/core';
import type { FeatureNode } from './node.ts';

/**
 * The nodes that the wanted columns need, each behind what it needs, in the catalogue's order otherwise.
 *
 * @throws AppError(bad_input) for a column that is in no node; Error for a catalogue with a circle or a name given twice.
 */
export function orderNodes(catalogue: readonly FeatureNode[], wanted: readonly string[]): FeatureNode[] {
  const home = new Map<string, FeatureNode>();
  for (const node of catalogue) {
    for (const { name } of node.columns) {
      if (home.has(name)) throw new Error(`two nodes make the feature column "${name}"`);
      home.set(name, node);
    }
  }
  const ordered: FeatureNode[] = [];
  const standing = new Map<FeatureNode, 'open' | 'done'>();
  const visit = (name: string, asker: string): void => {
    const node = home.get(name);
    if (node === undefined) throw new AppError('bad_input', `there is no feature column "${name}"${asker}`);
    if (standing.get(node) === 'done') return;
    if (standing.get(node) === 'open') throw new Error(`the feature column "${name}" needs itself`);
    standing.set(node, 'open');
    for (const need of node.needs) visit(need, `, which ${node.name} needs`);
    standing.set(node, 'done');
    ordered.push(node);
  };
  for (const name of wanted) visit(name, '; `aion features --list` shows them');
  return ordered;
}
