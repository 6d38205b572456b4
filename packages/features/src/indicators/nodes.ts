import type { FeatureNode } from '../engine/node.ts';
import { AVERAGE_DIFFERENCE_NODES, AVERAGE_FAMILIES } from './averages/nodes.ts';
import { CANDLE_NODES } from './candles/nodes.ts';
import { nodeOfFamily } from './family.ts';
import { LEVEL_NODES } from './levels/nodes.ts';
import { MOMENTUM_FAMILIES, MOMENTUM_NODES } from './momentum/nodes.ts';
import { TREND_FAMILIES, TREND_NODES } from './trend/nodes.ts';
import { VOLATILITY_FAMILIES, VOLATILITY_NODES } from './volatility/nodes.ts';
import { VOLUME_FAMILIES, VOLUME_NODES } from './volume/nodes.ts';

const FAMILIES = [
  ...AVERAGE_FAMILIES,
  ...MOMENTUM_FAMILIES,
  ...VOLATILITY_FAMILIES,
  ...TREND_FAMILIES,
  ...VOLUME_FAMILIES,
];

const USUAL_PERIODS = `
  sma5 sma10 sma20 sma50 sma100 sma150 sma200
  ema5 ema9 ema12 ema20 ema21 ema26 ema50 ema100 ema200
  wma20 dema20 tema20 hma20 kama10 trima20 trix15
  rsi14 rsi2 cci20 cci14 willr14 roc10 mom10 return1 return5 return20
  atr14 atr10 natr14 adxr14 aroon25 donchian9 donchian26 donchian52
  mfi14 cmf20 vwap20 volume_z20 volume_ratio20 dollar_volume20
`;

/** Every indicator with its usual periods. */
export const INDICATOR_NODES: readonly FeatureNode[] = [
  ...USUAL_PERIODS.trim()
    .split(/\s+/)
    .map((name) => nodeOfFamily(FAMILIES, name)!),
  ...AVERAGE_DIFFERENCE_NODES,
  ...MOMENTUM_NODES,
  ...VOLATILITY_NODES,
  ...TREND_NODES,
  ...VOLUME_NODES,
  ...LEVEL_NODES,
  ...CANDLE_NODES,
];

/**
 * An indicator whose name carries another period (`sma37`, `bb50`, `plus_di21`); undefined when the name is none. What it needs of other periods
 * is to be made the same way.
 */
export const indicatorNodeNamed = (name: string): FeatureNode | undefined => nodeOfFamily(FAMILIES, name);
