import { featureNode, type FeatureNode } from '../engine/node.ts';
import { besideTheBarBefore, MAX_STREAK, narrowRange, ownRange } from './bar-shape.ts';
import { LEG_BARS, volatilityContraction } from './contraction.ts';
import { extremesBefore, extremesWithThis, rangeOverClose } from './extremes.ts';
import { rankInWindow } from './rank-in-window.ts';
import { returnOver } from './returns.ts';
import { trendTemplate } from './trend-template.ts';
import { pocketPivot, volumeShare } from './volume-shape.ts';

const SHARE = { low: 0, high: 1 } as const;
const FLAG = { ...SHARE, unit: 'flag' } as const;
const FRAC = { unit: 'frac', low: -1 } as const;
const PRICE = { unit: 'price', low: 0 } as const;
const YEAR_BARS = 252;
/** Wilder's smoothing of 14 forgets to a millionth within this many bars. */
const ATR_SETTLES_BARS = 14 + 14 * 14;
const OWN = 'this project';

const narrowNode = (bars: number): FeatureNode =>
  featureNode({
    kernel: narrowRange(bars),
    source: 'Crabel 1990',
    columns: [{ name: `nr${bars}`, title: `Narrowest range of ${bars} bars`, warmUpBars: bars, ...FLAG }],
  });

const breakoutNode = (bars: number): FeatureNode =>
  featureNode({
    name: `extremes_${bars}`,
    kernel: extremesBefore(bars),
    source: 'Donchian channel of the bars before',
    columns: [
      { name: `high_${bars}`, title: `Highest high of the ${bars} bars before`, warmUpBars: bars + 1, ...PRICE },
      { name: `low_${bars}`, title: `Lowest low of the ${bars} bars before`, warmUpBars: bars + 1, ...PRICE },
    ],
  });

const consolidationNode = (bars: 20 | 50): FeatureNode =>
  featureNode({
    kernel: rangeOverClose,
    source: 'PKScreener: consolidation',
    needs: [`high_${bars}`, `low_${bars}`],
    columns: [
      {
        name: `consolidation${bars}`,
        title: `Range of ${bars + 1} bars over the close`,
        unit: 'frac',
        low: 0,
        warmUpBars: bars + 1,
      },
    ],
  });

const returnNode = (bars: number): FeatureNode =>
  featureNode({
    kernel: returnOver(bars),
    source: OWN,
    columns: [{ name: `return${bars}`, title: `Return over ${bars} bars`, warmUpBars: bars + 1, ...FRAC }],
  });

/** What scans ask of price and volume: ranges, gaps, distances to highs, unusual volume. */
export const PRICE_ACTION_NODES: readonly FeatureNode[] = [
  featureNode({
    name: 'bar_shape',
    kernel: besideTheBarBefore,
    source: OWN,
    columns: [
      { name: 'gap_frac', title: 'Gap from the close before', warmUpBars: 2, ...FRAC },
      { name: 'change_frac', title: 'Change from the close before', warmUpBars: 2, ...FRAC },
      { name: 'inside_bar', title: 'Inside bar', warmUpBars: 2, ...FLAG },
      { name: 'outside_bar', title: 'Outside bar', warmUpBars: 2, ...FLAG },
      ...[
        { name: 'up_streak', title: 'Closes in a row upwards (downwards below 0)' },
        { name: 'rise_streak', title: 'Bars in a row with higher high and low (lower below 0)' },
      ].map((one) => ({ ...one, low: -MAX_STREAK, high: MAX_STREAK, warmUpBars: 2, settleBars: MAX_STREAK + 1 })),
    ],
  }),
  featureNode({
    name: 'bar_range',
    kernel: ownRange,
    source: OWN,
    columns: [
      { name: 'range_frac', title: 'Range of the bar over its close', unit: 'frac', low: 0, warmUpBars: 1 },
      { name: 'close_place', title: 'Place of the close in its bar', unit: 'frac', warmUpBars: 1, ...SHARE },
    ],
  }),
  narrowNode(4),
  narrowNode(7),
  breakoutNode(20),
  breakoutNode(50),
  featureNode({
    name: 'extremes_year_before',
    kernel: extremesBefore(YEAR_BARS - 1),
    source: OWN,
    columns: [
      { name: 'high_251_before', title: 'Highest high of the 251 bars before', warmUpBars: YEAR_BARS, ...PRICE },
      { name: 'low_251_before', title: 'Lowest low of the 251 bars before', warmUpBars: YEAR_BARS, ...PRICE },
    ],
  }),
  featureNode({
    name: 'extremes_252',
    kernel: extremesWithThis,
    source: '52 weeks as 252 bars',
    needs: ['high_251_before', 'low_251_before'],
    columns: [
      { name: 'high_252', title: '52-week high', warmUpBars: YEAR_BARS, ...PRICE },
      { name: 'low_252', title: '52-week low', warmUpBars: YEAR_BARS, ...PRICE },
      { name: 'from_high_252', title: 'Close from the 52-week high', high: 0, warmUpBars: YEAR_BARS, ...FRAC },
      { name: 'from_low_252', title: 'Close from the 52-week low', unit: 'frac', low: 0, warmUpBars: YEAR_BARS },
      { name: 'new_high_252', title: 'New 52-week high', warmUpBars: YEAR_BARS, ...FLAG },
      { name: 'new_low_252', title: 'New 52-week low', warmUpBars: YEAR_BARS, ...FLAG },
    ],
  }),
  consolidationNode(20),
  consolidationNode(50),
  ...[63, 126, 252].map(returnNode),
  featureNode({
    kernel: volumeShare(5, 50),
    source: OWN,
    readsVolume: true,
    columns: [{ name: 'volume_dry_up', title: 'Volume of 5 bars over that of 50', low: 0, high: 10, warmUpBars: 50 }],
  }),
  featureNode({
    kernel: pocketPivot,
    source: 'Morales and Kacher 2010',
    readsVolume: true,
    columns: [{ name: 'pocket_pivot', title: 'Pocket pivot', warmUpBars: 12, ...FLAG }],
  }),
  featureNode({
    kernel: rankInWindow(YEAR_BARS),
    source: OWN,
    needs: ['natr14'],
    columns: [
      {
        name: 'atr_pct_rank252',
        title: 'Place of NATR 14 in its own year',
        // NATR 14 has its first value at bar 15.
        warmUpBars: YEAR_BARS + 14,
        settleBars: YEAR_BARS + ATR_SETTLES_BARS,
        unit: 'frac',
        ...SHARE,
      },
    ],
  }),
  featureNode({
    name: 'contraction',
    kernel: volatilityContraction,
    source: 'Minervini 2013, chapter 10',
    readsVolume: true,
    columns: [
      { name: 'vcp', title: 'Volatility contraction pattern', warmUpBars: 3 * LEG_BARS, ...FLAG },
      { name: 'vcp_depth', title: 'Depth of the last 20 bars', unit: 'frac', warmUpBars: 3 * LEG_BARS, ...SHARE },
    ],
  }),
  featureNode({
    kernel: trendTemplate,
    source: 'Minervini 2013, chapter 5',
    needs: ['sma50', 'sma150', 'sma200', 'high_252', 'low_252'],
    columns: [
      { name: 'trend_template', title: 'Conditions of the trend template', low: 0, high: 7, warmUpBars: YEAR_BARS },
    ],
  }),
];
