import type { FeatureNode } from '../engine/node.ts';

/** What scans ask of price and volume: ranges, gaps, distances to highs, unusual volume. */
export const PRICE_ACTION_NODES: readonly FeatureNode[] = [];
