import { featureNode, type FeatureNode } from '../engine/node.ts';
import { referenceColumns } from '../kernel/reference-columns.ts';
import { MACRO_SERIES, macroColumns } from './macro-series.ts';

/** The economy as it was known at each close: where a figure stands, where it came from, how unusual it is. */
export const MACRO_NODES: readonly FeatureNode[] = MACRO_SERIES.map((series) => {
  const columns = macroColumns(series);
  const names = columns.map(({ name }) => name);
  return featureNode({
    name: series.name,
    kernel: referenceColumns(names),
    // Part of the schema: who trains on it is to know that some of its past may be later revisions.
    source: `FRED ${series.series}: published vintages as of the close; where there are none, today's figures with an assumed delay (vintage: assumed)`,
    references: names,
    sameForAll: true,
    columns: columns.map((column) => ({ ...column, warmUpBars: 1 })),
  });
});
