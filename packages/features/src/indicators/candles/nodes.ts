import { featureNode, type FeatureNode } from '../../engine/node.ts';
import { candleKernel, type CandlePattern } from './candle-kernel.ts';
import * as more from './more-bars.ts';
import * as one from './one-bar.ts';

const node = (name: string, title: string, pattern: CandlePattern, function_: string): FeatureNode =>
  featureNode({
    kernel: candleKernel(pattern),
    source: `TA-Lib ${function_}`,
    columns: [
      {
        name: `cdl_${name}`,
        title: `Candles: ${title}; 100 bullish, −100 bearish`,
        low: -100,
        high: 100,
        warmUpBars: pattern.first + 1,
        settleBars: pattern.first + 1,
      },
    ],
  });

/** Candlestick patterns of TA-Lib, with its defaults. */
export const CANDLE_NODES: readonly FeatureNode[] = [
  node('doji', 'doji', one.doji, 'CDLDOJI'),
  node('dragonfly_doji', 'dragonfly doji', one.dragonflyDoji, 'CDLDRAGONFLYDOJI'),
  node('gravestone_doji', 'gravestone doji', one.gravestoneDoji, 'CDLGRAVESTONEDOJI'),
  node('marubozu', 'marubozu', one.marubozu, 'CDLMARUBOZU'),
  node('spinning_top', 'spinning top', one.spinningTop, 'CDLSPINNINGTOP'),
  node('hammer', 'hammer', one.hammer, 'CDLHAMMER'),
  node('hanging_man', 'hanging man', one.hangingMan, 'CDLHANGINGMAN'),
  node('inverted_hammer', 'inverted hammer', one.invertedHammer, 'CDLINVERTEDHAMMER'),
  node('shooting_star', 'shooting star', one.shootingStar, 'CDLSHOOTINGSTAR'),
  node('engulfing', 'engulfing', more.engulfing, 'CDLENGULFING'),
  node('harami', 'harami', more.harami, 'CDLHARAMI'),
  node('piercing', 'piercing line', more.piercing, 'CDLPIERCING'),
  node('dark_cloud_cover', 'dark cloud cover', more.darkCloudCover, 'CDLDARKCLOUDCOVER'),
  node('morning_star', 'morning star', more.morningStar, 'CDLMORNINGSTAR'),
  node('evening_star', 'evening star', more.eveningStar, 'CDLEVENINGSTAR'),
  node('three_white_soldiers', 'three white soldiers', more.threeWhiteSoldiers, 'CDL3WHITESOLDIERS'),
  node('three_black_crows', 'three black crows', more.threeBlackCrows, 'CDL3BLACKCROWS'),
];
