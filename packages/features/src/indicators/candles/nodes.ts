import { featureNode, type FeatureNode } from '../../engine/node.ts';
import { CANDLE_PATTERNS, candleKernel } from './candle-kernel.ts';

/** Candlestick patterns of TA-Lib, with its defaults. */
export const CANDLE_NODES: readonly FeatureNode[] = [
  featureNode({
    name: 'cdl',
    kernel: candleKernel,
    source: 'TA-Lib',
    columns: CANDLE_PATTERNS.map(([name, title, talib, first]) => ({
      name: `cdl_${name}`,
      title: `Candles: ${title}; 100 bullish, −100 bearish`,
      unit: 'flag',
      low: -100,
      high: 100,
      warmUpBars: first + 1,
      source: `TA-Lib ${talib}`,
    })),
  }),
];
