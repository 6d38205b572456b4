import type { ChartMark } from '@aion/contracts';

/** The kinds of marks that can be drawn, in the order of their toggles. */
export const LAYERS = ['orderBlocks', 'gaps', 'breaks', 'sweeps', 'liquidity', 'range', 'pivots', 'band'] as const;
export type Layer = (typeof LAYERS)[number];
export type Layers = Readonly<Record<Layer, boolean>>;

/** What is on when nobody has chosen. */
export const LAYERS_AT_FIRST: readonly Layer[] = ['orderBlocks', 'gaps', 'breaks', 'sweeps', 'liquidity', 'band'];

export const LAYER_TITLES: Readonly<Record<Layer, string>> = {
  orderBlocks: 'Order blocks',
  gaps: 'Fair value gaps',
  breaks: 'Breaks',
  sweeps: 'Sweeps',
  liquidity: 'Liquidity',
  range: 'Range',
  pivots: 'Pivots',
  band: 'Forecast',
};

/** What a toggle shows, in a sentence. */
export const LAYER_WORDS: Readonly<Record<Layer, string>> = {
  orderBlocks:
    'Order blocks (OB): the last bar against the move before a break; price often reacts when it comes back.',
  gaps: 'Fair value gaps (FVG): a price range that a fast move skipped between the bars before and after it.',
  breaks: 'Closes beyond the last swing: BOS with the trend, CHoCH against it, MSS against it with force.',
  sweeps: 'Sweeps: a bar that went beyond an old high or low and closed back.',
  liquidity: 'Liquidity: highs and lows that no bar has passed since; stop orders rest behind them.',
  range:
    'Premium and discount: the dealing range between the last swing low and high: its upper half is premium (dear), its lower half discount.',
  pivots: 'Pivots: swing highs (H) and lows (L), known three bars after they formed.',
  band: 'Forecast: where the models expect the close to be, with a chance of 80 %.',
};

/** The short names on the chart, each in one plain sentence. */
export const LEGEND: readonly (readonly [string, string])[] = [
  [
    'OB',
    'Order block: the last bar against the move before a break of structure; price often reacts when it comes back.',
  ],
  ['FVG', 'Fair value gap: a price range that a fast move skipped; price often returns to fill it.'],
  ['BOS', 'Break of structure: a close beyond the last swing in the direction of the trend, which goes on.'],
  ['CHoCH', 'Change of character: the first close beyond a swing against the trend, which may turn.'],
  ['MSS', 'Market structure shift: a change of character by a large bar that leaves a gap behind.'],
  ['sweep', 'Sweep: a bar that went beyond an old high or low, took the stops there, and closed back.'],
  ['liquidity', 'Liquidity: a high or low that no bar has passed since; stop orders rest behind it.'],
  ['premium, discount', 'The upper and the lower half of the range between the last swing low and high.'],
];

/** The toggle that a mark belongs to. */
export function layerOf(mark: ChartMark): Layer {
  if (mark.kind === 'zone') return mark.concept === 'order_block' ? 'orderBlocks' : 'gaps';
  const layers = { break: 'breaks', sweep: 'sweeps', pivot: 'pivots', level: 'liquidity', range: 'range' } as const;
  return layers[mark.kind];
}
