import { featureNode, type FeatureNode } from '../../engine/node.ts';
import type { IndicatorFamily } from '../family.ts';
import { decayBars, RATIO_TOLERANCE, wilderShare } from '../settle.ts';
import { bopKernel } from './balance-of-power.ts';
import { cciKernel } from './commodity-channel.ts';
import { changeKernel } from './rate-of-change.ts';
import { rsiKernel, stochasticRsiKernel } from './relative-strength.ts';
import { stochasticKernel, williamsKernel } from './stochastic.ts';
import { ultimateOscillatorKernel } from './ultimate-oscillator.ts';

const rsiSettle = (period: number): number => period + 1 + decayBars(wilderShare(period), 1, RATIO_TOLERANCE);

/** A stochastic oscillator; the group's name stands before `_k` and `_d`. */
const stochastic = (group: string, kind: 'slow' | 'fast', period: number): FeatureNode => {
  const warmUpBars = period + (kind === 'slow' ? 4 : 2);
  const range = { low: 0, high: 100, warmUpBars, placesIn: 'price' } as const;
  const figures = kind === 'slow' ? `${period}-3-3` : `${period}-3`;
  return featureNode({
    name: group,
    kernel: stochasticKernel(kind, period),
    source: kind === 'slow' ? 'TA-Lib STOCH' : 'TA-Lib STOCHF',
    columns: [
      { ...range, name: `${group}_k`, title: `Stochastic %K, ${kind}, ${figures}` },
      { ...range, name: `${group}_d`, title: `Stochastic %D, ${kind}, ${figures}` },
    ],
  });
};

export const MOMENTUM_FAMILIES: readonly IndicatorFamily[] = [
  {
    prefixes: ['rsi'],
    leastPeriod: 2,
    make: (n) =>
      featureNode({
        kernel: rsiKernel(n),
        source: 'TA-Lib RSI',
        columns: [
          {
            name: `rsi${n}`,
            title: `Relative strength index, ${n} bars`,
            low: 0,
            high: 100,
            warmUpBars: n + 1,
            settleBars: rsiSettle(n),
            placesIn: 'price',
          },
        ],
      }),
  },
  { prefixes: ['stoch'], leastPeriod: 2, make: (n) => stochastic(`stoch${n}`, 'slow', n) },
  { prefixes: ['stochf'], leastPeriod: 2, make: (n) => stochastic(`stochf${n}`, 'fast', n) },
  {
    prefixes: ['willr'],
    leastPeriod: 2,
    make: (n) =>
      featureNode({
        kernel: williamsKernel(n),
        source: 'TA-Lib WILLR',
        columns: [
          { name: `willr${n}`, title: `Williams %R, ${n} bars`, low: -100, high: 0, warmUpBars: n, placesIn: 'price' },
        ],
      }),
  },
  {
    prefixes: ['cci'],
    leastPeriod: 2,
    make: (n) =>
      featureNode({
        kernel: cciKernel(n),
        source: 'TA-Lib CCI',
        columns: [{ name: `cci${n}`, title: `Commodity channel index, ${n} bars`, warmUpBars: n, placesIn: 'price' }],
      }),
  },
  {
    prefixes: ['roc'],
    leastPeriod: 1,
    make: (n) =>
      featureNode({
        kernel: changeKernel('percent', n),
        source: 'TA-Lib ROC',
        columns: [{ name: `roc${n}`, title: `Rate of change over ${n} bars, percent`, low: -100, warmUpBars: n + 1 }],
      }),
  },
  {
    prefixes: ['mom'],
    leastPeriod: 1,
    make: (n) =>
      featureNode({
        kernel: changeKernel('price', n),
        source: 'TA-Lib MOM',
        columns: [{ name: `mom${n}`, title: `Change of the close over ${n} bars`, warmUpBars: n + 1 }],
      }),
  },
  {
    prefixes: ['return'],
    leastPeriod: 1,
    make: (n) =>
      featureNode({
        kernel: changeKernel('fraction', n),
        source: 'TA-Lib ROCP',
        columns: [
          {
            name: `return${n}`,
            title: `Return over ${n} bar${n === 1 ? '' : 's'}`,
            unit: 'frac',
            low: -1,
            warmUpBars: n + 1,
          },
        ],
      }),
  },
];

const stochasticRange = {
  low: 0,
  high: 100,
  warmUpBars: 30,
  settleBars: rsiSettle(14) + 15,
  placesIn: 'rsi',
} as const;

export const MOMENTUM_NODES: readonly FeatureNode[] = [
  stochastic('stoch', 'slow', 14),
  stochastic('stochf', 'fast', 14),
  featureNode({
    name: 'stochrsi',
    kernel: stochasticRsiKernel(14),
    source: 'TA-Lib STOCHRSI',
    needs: ['rsi14'],
    columns: [
      { ...stochasticRange, name: 'stochrsi_k', title: 'Stochastic RSI %K, fast, 14-14-3' },
      { ...stochasticRange, name: 'stochrsi_d', title: 'Stochastic RSI %D, fast, 14-14-3' },
    ],
  }),
  featureNode({
    kernel: ultimateOscillatorKernel(),
    source: 'TA-Lib ULTOSC',
    columns: [
      {
        name: 'ultosc',
        title: 'Ultimate oscillator (7, 14, 28)',
        low: 0,
        high: 100,
        warmUpBars: 29,
        placesIn: 'price',
      },
    ],
  }),
  featureNode({
    kernel: bopKernel,
    source: 'TA-Lib BOP',
    columns: [{ name: 'bop', title: 'Balance of power', low: -1, high: 1, warmUpBars: 1 }],
  }),
  featureNode({
    kernel: changeKernel('log', 1),
    source: 'ln(close / close before)',
    columns: [{ name: 'log_return1', title: 'Logarithm of the change over 1 bar', warmUpBars: 2 }],
  }),
  ...[1, 2, 3, 4, 5].map((lag) =>
    featureNode({
      kernel: changeKernel('fraction', 1, lag),
      source: 'TA-Lib ROCP',
      columns: [
        {
          name: `return1_lag${lag}`,
          title: `Return over 1 bar, ${lag} bar${lag === 1 ? '' : 's'} ago`,
          unit: 'frac',
          low: -1,
          warmUpBars: 2 + lag,
        },
      ],
    }),
  ),
];
