import { featureNode, type FeatureNode } from '../../engine/node.ts';
import type { IndicatorFamily } from '../family.ts';
import { decayBars, emaShare, wilderShare } from '../settle.ts';
import { bollingerKernel } from './bollinger.ts';
import { donchianKernel, keltnerKernel } from './channel.ts';
import { atrKernel, natrKernel, trueRangeKernel } from './true-range.ts';

export const atrSettle = (period: number): number => period + 1 + decayBars(wilderShare(period), 1, 1e-8);

const bollinger = (group: string, period: number): FeatureNode => {
  const name = (part: string): string => `${group}_${part}`;
  const price = { unit: 'price', warmUpBars: period } as const;
  return featureNode({
    name: group,
    kernel: bollingerKernel(period),
    source: 'TA-Lib BBANDS',
    columns: [
      { name: name('upper'), title: `Upper Bollinger band (${period}, 2)`, ...price, low: 0 },
      { name: name('middle'), title: `Middle Bollinger band (${period})`, ...price, low: 0 },
      { name: name('lower'), title: `Lower Bollinger band (${period}, 2)`, ...price },
      {
        name: name('pct_b'),
        title: `Place of the close between the bands, %B (${period}, 2)`,
        warmUpBars: period,
        placesIn: 'price',
      },
      {
        name: name('width'),
        title: `Width of the bands over the middle (${period}, 2)`,
        unit: 'frac',
        low: 0,
        warmUpBars: period,
      },
    ],
  });
};

const donchian = (group: string, period: number): FeatureNode => {
  const price = { unit: 'price', low: 0, warmUpBars: period } as const;
  return featureNode({
    name: group,
    kernel: donchianKernel(period),
    source: 'R. Donchian: highest high and lowest low',
    columns: [
      { ...price, name: `${group}_upper`, title: `Donchian channel, highest high of ${period} bars` },
      { ...price, name: `${group}_middle`, title: `Donchian channel, middle of ${period} bars` },
      { ...price, name: `${group}_lower`, title: `Donchian channel, lowest low of ${period} bars` },
    ],
  });
};

export const VOLATILITY_FAMILIES: readonly IndicatorFamily[] = [
  {
    prefixes: ['atr'],
    leastPeriod: 2,
    make: (n) =>
      featureNode({
        kernel: atrKernel(n),
        source: 'TA-Lib ATR',
        columns: [
          {
            name: `atr${n}`,
            title: `Average true range, ${n} bars`,
            unit: 'price',
            low: 0,
            warmUpBars: n + 1,
            settleBars: atrSettle(n),
          },
        ],
      }),
  },
  {
    prefixes: ['natr'],
    leastPeriod: 2,
    make: (n) =>
      featureNode({
        kernel: natrKernel,
        source: 'TA-Lib NATR',
        needs: [`atr${n}`],
        columns: [
          {
            name: `natr${n}`,
            title: `Average true range of ${n} bars in percent of the close`,
            low: 0,
            warmUpBars: n + 1,
            settleBars: atrSettle(n),
          },
        ],
      }),
  },
  { prefixes: ['bb'], leastPeriod: 2, make: (n) => bollinger(`bb${n}`, n) },
  { prefixes: ['donchian'], leastPeriod: 1, make: (n) => donchian(`donchian${n}`, n) },
];

const keltner = {
  unit: 'price',
  warmUpBars: 20,
  settleBars: Math.max(20 + decayBars(emaShare(20)), atrSettle(10)),
} as const;

export const VOLATILITY_NODES: readonly FeatureNode[] = [
  featureNode({
    kernel: trueRangeKernel,
    source: 'TA-Lib TRANGE',
    columns: [{ name: 'tr', title: 'True range', unit: 'price', low: 0, warmUpBars: 2 }],
  }),
  bollinger('bb', 20),
  donchian('donchian', 20),
  featureNode({
    name: 'keltner',
    kernel: keltnerKernel(),
    source: 'C. Keltner: EMA 20 ± 2 ATR 10',
    needs: ['ema20', 'atr10'],
    columns: [
      { ...keltner, name: 'keltner_upper', title: 'Upper Keltner band (EMA 20, 2 ATR 10)', low: 0 },
      { ...keltner, name: 'keltner_middle', title: 'Middle of the Keltner channel (EMA 20)', low: 0 },
      { ...keltner, name: 'keltner_lower', title: 'Lower Keltner band (EMA 20, 2 ATR 10)' },
    ],
  }),
];
