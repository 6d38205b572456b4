import type { WrittenScan } from './scan.ts';

export const CONSOLIDATION_SCANS: readonly WrittenScan[] = [
  {
    id: 'consolidation-10',
    family: 'consolidation',
    title: 'Consolidation of 10 %',
    meaning: 'All highs and lows of 21 bars lie within a tenth of the price.',
    rule: { column: 'consolidation20', is: 'at_most', than: 0.1 },
    order: { column: 'consolidation20', first: 'lowest' },
  },
  {
    id: 'narrow-range-4',
    family: 'consolidation',
    title: 'NR4',
    meaning: 'The narrowest range of four bars.',
    rule: { flag: 'nr4' },
    order: { column: 'range_frac', first: 'lowest' },
  },
  {
    id: 'narrow-range-7',
    family: 'consolidation',
    title: 'NR7',
    meaning: 'The narrowest range of seven bars: a stronger move often follows.',
    rule: { flag: 'nr7' },
    order: { column: 'range_frac', first: 'lowest' },
  },
  {
    id: 'inside-bar',
    family: 'consolidation',
    title: 'Inside bar',
    meaning: 'High and low lie within those of the bar before.',
    rule: { flag: 'inside_bar' },
    order: { column: 'range_frac', first: 'lowest' },
  },
  {
    id: 'inside-bar-nr7',
    family: 'consolidation',
    title: 'Inside bar and NR7',
    meaning: 'An inside bar that is also the narrowest of seven.',
    rule: { all: [{ flag: 'inside_bar' }, { flag: 'nr7' }] },
    order: { column: 'range_frac', first: 'lowest' },
  },
  {
    id: 'volatility-contraction',
    family: 'consolidation',
    title: 'Volatility contraction (VCP)',
    meaning: 'Three legs of 20 bars, each shallower than the one before, on falling volume and near the high.',
    rule: { flag: 'vcp' },
    order: { column: 'vcp_depth', first: 'lowest' },
  },
  {
    id: 'bollinger-squeeze',
    family: 'consolidation',
    title: 'Bollinger squeeze',
    meaning: 'The Bollinger bands lie inside the Keltner channel: volatility is unusually low.',
    rule: {
      all: [
        { column: 'bb_upper', is: 'below', than: { column: 'keltner_upper' } },
        { column: 'bb_lower', is: 'above', than: { column: 'keltner_lower' } },
      ],
    },
    order: { column: 'bb_width', first: 'lowest' },
  },
  {
    id: 'quiet-year',
    family: 'consolidation',
    title: 'Quietest of its year',
    meaning: 'Its volatility is among the lowest tenth of its own last 252 bars.',
    rule: { column: 'atr_pct_rank252', is: 'at_most', than: 0.1 },
    order: { column: 'atr_pct_rank252', first: 'lowest' },
  },
];
