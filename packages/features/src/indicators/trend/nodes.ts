import { featureNode, type FeatureNode } from '../../engine/node.ts';
import type { IndicatorFamily } from '../family.ts';
import { decayBars, RATIO_TOLERANCE, wilderShare } from '../settle.ts';
import { aroonKernel } from './aroon.ts';
import { adxrKernel, directionalMovementKernel } from './directional-movement.ts';
import { ichimokuKernel } from './ichimoku.ts';
import { parabolicSarKernel } from './parabolic-sar.ts';
import { supertrendKernel } from './supertrend.ts';

const adxSettle = (period: number): number => 2 * period + decayBars(wilderShare(period), 2, RATIO_TOLERANCE);
const percent = { low: 0, high: 100, placesIn: 'price' } as const;

const movement = (group: string, period: number): FeatureNode => {
  const side = {
    ...percent,
    warmUpBars: period + 1,
    settleBars: period + 1 + decayBars(wilderShare(period), 1, RATIO_TOLERANCE),
  };
  return featureNode({
    name: group,
    kernel: directionalMovementKernel(period),
    source: 'TA-Lib ADX, PLUS_DI, MINUS_DI',
    columns: [
      {
        ...percent,
        name: `adx${period}`,
        title: `Average directional index, ${period} bars`,
        warmUpBars: 2 * period,
        settleBars: adxSettle(period),
      },
      { ...side, name: `plus_di${period}`, title: `+DI, ${period} bars` },
      { ...side, name: `minus_di${period}`, title: `−DI, ${period} bars` },
    ],
  });
};

const aroon = (group: string, period: number): FeatureNode => {
  const warmUpBars = period + 1;
  return featureNode({
    name: group,
    kernel: aroonKernel(period),
    source: 'TA-Lib AROON, AROONOSC',
    columns: [
      { ...percent, name: `${group}_up`, title: `Aroon up, ${period} bars`, warmUpBars },
      { ...percent, name: `${group}_down`, title: `Aroon down, ${period} bars`, warmUpBars },
      { ...percent, name: `${group}_osc`, title: `Aroon oscillator, ${period} bars`, low: -100, warmUpBars },
    ],
  });
};

export const TREND_FAMILIES: readonly IndicatorFamily[] = [
  { prefixes: ['dmi', 'adx', 'plus_di', 'minus_di'], leastPeriod: 2, make: (n) => movement(`dmi${n}`, n) },
  {
    prefixes: ['adxr'],
    leastPeriod: 2,
    make: (n) =>
      featureNode({
        kernel: adxrKernel(n),
        source: 'TA-Lib ADXR',
        needs: [`adx${n}`],
        columns: [
          {
            ...percent,
            name: `adxr${n}`,
            title: `Average directional index rating, ${n} bars`,
            warmUpBars: 3 * n - 1,
            settleBars: adxSettle(n) + n - 1,
          },
        ],
      }),
  },
  { prefixes: ['aroon'], leastPeriod: 2, make: (n) => aroon(`aroon${n}`, n) },
];

const price = { unit: 'price', low: 0 } as const;

export const TREND_NODES: readonly FeatureNode[] = [
  movement('dmi', 14),
  aroon('aroon', 14),
  featureNode({
    kernel: parabolicSarKernel(),
    source: 'TA-Lib SAR',
    columns: [
      {
        name: 'psar',
        title: 'Parabolic stop and reverse (0.02, 0.2)',
        unit: 'price',
        low: 0,
        warmUpBars: 2,
        settleBars: null,
      },
    ],
  }),
  featureNode({
    name: 'supertrend',
    kernel: supertrendKernel(),
    source: 'O. Seban, as ta.supertrend of TradingView',
    needs: ['atr10'],
    columns: [
      { name: 'supertrend', title: 'Supertrend (10, 3)', unit: 'price', warmUpBars: 11, settleBars: null },
      {
        name: 'supertrend_dir',
        title: 'Direction of the Supertrend: 1 up, −1 down',
        low: -1,
        high: 1,
        warmUpBars: 11,
        settleBars: null,
      },
    ],
  }),
  featureNode({
    name: 'ichimoku',
    kernel: ichimokuKernel(),
    source: 'G. Hosoda (9, 26, 52); spans as they stand at the bar',
    needs: ['donchian9_middle', 'donchian26_middle', 'donchian52_middle'],
    columns: [
      { ...price, name: 'ichimoku_tenkan', title: 'Ichimoku conversion line (9)', warmUpBars: 9 },
      { ...price, name: 'ichimoku_kijun', title: 'Ichimoku base line (26)', warmUpBars: 26 },
      { ...price, name: 'ichimoku_span_a', title: 'Ichimoku leading span A, made 26 bars before', warmUpBars: 52 },
      { ...price, name: 'ichimoku_span_b', title: 'Ichimoku leading span B, made 26 bars before', warmUpBars: 78 },
    ],
  }),
];
