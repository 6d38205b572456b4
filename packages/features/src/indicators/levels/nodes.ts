import { featureNode, type FeatureNode } from '../../engine/node.ts';
import { decayBars } from '../settle.ts';
import { heikinAshiKernel } from './heikin-ashi.ts';
import { pivotsKernel } from './pivots.ts';

/** Bars of an NSE session at its smallest timeframe: after so many, what is counted from a session's start has seen the start. */
export const SESSION_MINUTES = 375;

const open = { unit: 'price', low: 0, warmUpBars: 1, settleBars: 1 + decayBars(0.5, 1, 1e-8) } as const;
const pivot = (name: string, title: string) => ({
  name,
  unit: 'price' as const,
  title: `${title} of the session before`,
  warmUpBars: 2,
  settleBars: 2 * SESSION_MINUTES,
});

export const LEVEL_NODES: readonly FeatureNode[] = [
  featureNode({
    name: 'heikin_ashi',
    kernel: heikinAshiKernel,
    source: 'D. Valcu, 2004',
    columns: [
      { ...open, name: 'ha_open', title: 'Heikin-Ashi open' },
      { ...open, name: 'ha_high', title: 'Heikin-Ashi high' },
      { ...open, name: 'ha_low', title: 'Heikin-Ashi low' },
      { name: 'ha_close', title: 'Heikin-Ashi close', unit: 'price', low: 0, warmUpBars: 1 },
    ],
  }),
  featureNode({
    name: 'pivots',
    kernel: pivotsKernel,
    source: "floor traders' pivots",
    readsCalendar: true,
    columns: [
      pivot('pivot', 'Pivot'),
      pivot('pivot_r1', 'First resistance'),
      pivot('pivot_r2', 'Second resistance'),
      pivot('pivot_s1', 'First support'),
      pivot('pivot_s2', 'Second support'),
    ],
  }),
];
