import type { FeatureNode } from '../engine/node.ts';

/** An indicator of any period: what its name begins with, and the node of a period. */
export interface IndicatorFamily {
  /** Names that stand before the period; the first one names a group of columns. */
  readonly prefixes: readonly string[];
  readonly leastPeriod: number;
  readonly make: (period: number) => FeatureNode;
}

/** A window beyond this is a mistake: no instrument has the bars. */
const LONGEST_PERIOD = 2000;

/**
 * The node that makes a name like `sma37`, `bb50` (a group) or `bb50_upper` (a column of it); undefined when no family has the name or the
 * period makes no sense.
 */
export function nodeOfFamily(families: readonly IndicatorFamily[], name: string): FeatureNode | undefined {
  const found = /^([a-z_]+?)([1-9]\d{0,3})(?:_[a-z_]+)?$/.exec(name);
  if (found === null) return undefined;
  const period = Number(found[2]);
  const family = families.find(({ prefixes }) => prefixes.includes(found[1]!));
  if (family === undefined || period < family.leastPeriod || period > LONGEST_PERIOD) return undefined;
  const node = family.make(period);
  return node.name === name || node.columns.some((column) => column.name === name) ? node : undefined;
}
