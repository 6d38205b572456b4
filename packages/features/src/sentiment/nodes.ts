import { featureNode, type FeatureNode } from '../engine/node.ts';
import { referenceColumns } from '../kernel/reference-columns.ts';
import { SENTIMENT_REFERENCES } from './sentiment-references.ts';

const SOURCE = 'news and posts known at the close; a story counts once, silence is no value';

/** What is said about an instrument. */
export const SENTIMENT_NODES: readonly FeatureNode[] = [
  { name: 'sentiment_score', title: 'Mean score of the stories of five days, half-life one day', low: -1, high: 1 },
  { name: 'sentiment_momentum', title: 'The same less that of thirty days, half-life ten', low: -2, high: 2 },
  { name: 'sentiment_novelty', title: "Novelty of the session's stories", low: 0, high: 1 },
  { name: 'sentiment_count', title: "Number of the session's stories", low: 1, high: null },
  { name: 'sentiment_dispersion', title: 'Standard deviation of the scores of five days', low: 0, high: 1 },
].map((column, j) =>
  featureNode({
    kernel: referenceColumns([SENTIMENT_REFERENCES[j]!]),
    source: SOURCE,
    references: [SENTIMENT_REFERENCES[j]!],
    columns: [{ ...column, warmUpBars: 1 }],
  }),
);
