import { featureNode, type FeatureNode } from '../../engine/node.ts';
import type { AnyKernel } from '../../kernel/kernel.ts';
import type { IndicatorFamily } from '../family.ts';
import { SESSION_MINUTES } from '../levels/nodes.ts';
import { decayBars, emaShare, RATIO_TOLERANCE } from '../settle.ts';
import {
  accumulationKernel,
  accumulationOscillatorKernel,
  chaikinMoneyFlowKernel,
  moneyFlowIndexKernel,
  obvKernel,
} from './flow.ts';
import { rollingVwapKernel, vwapKernel } from './vwap.ts';
import { dollarVolumeKernel, volumeRatioKernel, volumeZKernel } from './volume.ts';

type Column = Parameters<typeof featureNode>[0]['columns'][number];

const volumeNode = (kernel: AnyKernel, source: string, column: Column, needs: readonly string[] = []): FeatureNode =>
  featureNode({ kernel, source, needs, readsVolume: true, columns: [column] });

/** An average price that begins anew on a day. */
const anchoredNode = (from: 'session' | 'year', source: string, column: Column): FeatureNode =>
  featureNode({ kernel: vwapKernel(from), source, readsVolume: true, readsCalendar: true, columns: [column] });

export const VOLUME_FAMILIES: readonly IndicatorFamily[] = [
  {
    prefixes: ['mfi'],
    leastPeriod: 2,
    make: (n) =>
      volumeNode(moneyFlowIndexKernel(n), 'TA-Lib MFI', {
        name: `mfi${n}`,
        title: `Money flow index, ${n} bars`,
        low: 0,
        high: 100,
        warmUpBars: n + 1,
        placesIn: 'price',
      }),
  },
  {
    prefixes: ['cmf'],
    leastPeriod: 1,
    make: (n) =>
      volumeNode(chaikinMoneyFlowKernel(n), 'M. Chaikin: money-flow volume over volume', {
        name: `cmf${n}`,
        title: `Chaikin money flow, ${n} bars`,
        low: -1,
        high: 1,
        warmUpBars: n,
      }),
  },
  {
    prefixes: ['vwap'],
    leastPeriod: 1,
    make: (n) =>
      volumeNode(rollingVwapKernel(n), 'typical price weighed by volume', {
        name: `vwap${n}`,
        title: `Volume-weighted average price of ${n} bars`,
        unit: 'price',
        low: 0,
        warmUpBars: n,
      }),
  },
  {
    prefixes: ['volume_z'],
    leastPeriod: 2,
    make: (n) =>
      volumeNode(volumeZKernel(n), 'z-score of ln(1 + volume)', {
        name: `volume_z${n}`,
        title: `Volume against its last ${n} bars (z-score of the logarithm)`,
        warmUpBars: n,
      }),
  },
  {
    prefixes: ['volume_ratio'],
    leastPeriod: 1,
    make: (n) =>
      volumeNode(volumeRatioKernel(n), 'volume over the mean of the bars before', {
        name: `volume_ratio${n}`,
        title: `Volume over the mean of the ${n} bars before`,
        low: 0,
        warmUpBars: n + 1,
      }),
  },
  {
    prefixes: ['dollar_volume'],
    leastPeriod: 1,
    make: (n) =>
      volumeNode(dollarVolumeKernel(n), 'median of close × volume', {
        name: `dollar_volume${n}`,
        title: `Median turnover of ${n} bars, close × volume`,
        unit: 'money',
        low: 0,
        warmUpBars: n,
      }),
  },
];

export const VOLUME_NODES: readonly FeatureNode[] = [
  volumeNode(obvKernel, 'TA-Lib OBV', { name: 'obv', title: 'On-balance volume', warmUpBars: 1, settleBars: null }),
  volumeNode(accumulationKernel, 'TA-Lib AD', {
    name: 'ad',
    title: 'Accumulation/distribution line',
    warmUpBars: 1,
    settleBars: null,
  }),
  volumeNode(
    accumulationOscillatorKernel(),
    'TA-Lib ADOSC',
    {
      name: 'adosc',
      title: 'Chaikin oscillator (3, 10)',
      warmUpBars: 10,
      settleBars: 10 + decayBars(emaShare(10), 1, RATIO_TOLERANCE),
    },
    ['ad'],
  ),
  anchoredNode('session', 'typical price weighed by volume since the session opened', {
    name: 'vwap',
    title: 'Volume-weighted average price of the session',
    unit: 'price',
    low: 0,
    warmUpBars: 1,
    settleBars: SESSION_MINUTES,
  }),
  anchoredNode('year', 'typical price weighed by volume since the year began', {
    name: 'avwap_year',
    title: 'Volume-weighted average price since the first bar of the year',
    unit: 'price',
    low: 0,
    warmUpBars: 1,
    settleBars: null,
  }),
];
