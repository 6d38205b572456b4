import { featureNode, type FeatureNode, type Unit } from '../../engine/node.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { IndicatorFamily } from '../family.ts';
import { decayBars, emaShare, RATIO_TOLERANCE } from '../settle.ts';
import { KAMA_LEAST_SHARE, kamaKernel } from './adaptive-average.ts';
import { averageDifferenceKernel, macdKernel } from './average-difference.ts';
import { emaKernel, smaKernel } from './moving-average.ts';
import { repeatedAverageKernel } from './repeated-average.ts';
import { hmaKernel, trimaKernel, wmaKernel } from './weighted-average.ts';

const madeOf =
  (unit: Unit) =>
  (name: string, title: string, source: string, kernel: Kernel, warmUpBars: number, forgetBars = 0): FeatureNode =>
    featureNode({
      kernel,
      source,
      columns: [{ name, title, unit, warmUpBars, settleBars: warmUpBars + forgetBars }],
    });

const average = madeOf('price');
/** How averages change or differ. */
const difference = madeOf('number');

export const AVERAGE_FAMILIES: readonly IndicatorFamily[] = [
  {
    prefixes: ['sma'],
    leastPeriod: 1,
    make: (n) => average(`sma${n}`, `Simple moving average, ${n} bars`, 'TA-Lib SMA', smaKernel(n), n),
  },
  {
    prefixes: ['ema'],
    leastPeriod: 1,
    make: (n) =>
      average(
        `ema${n}`,
        `Exponential moving average, ${n} bars`,
        'TA-Lib EMA',
        emaKernel(n),
        n,
        decayBars(emaShare(n)),
      ),
  },
  {
    prefixes: ['wma'],
    leastPeriod: 1,
    make: (n) => average(`wma${n}`, `Weighted moving average, ${n} bars`, 'TA-Lib WMA', wmaKernel(n), n),
  },
  {
    prefixes: ['dema'],
    leastPeriod: 1,
    make: (n) =>
      average(
        `dema${n}`,
        `Double exponential moving average, ${n} bars`,
        'TA-Lib DEMA',
        repeatedAverageKernel('dema', n),
        2 * n - 1,
        decayBars(emaShare(n), 2, 1e-7),
      ),
  },
  {
    prefixes: ['tema'],
    leastPeriod: 1,
    make: (n) =>
      average(
        `tema${n}`,
        `Triple exponential moving average, ${n} bars`,
        'TA-Lib TEMA',
        repeatedAverageKernel('tema', n),
        3 * n - 2,
        decayBars(emaShare(n), 3, 1e-7),
      ),
  },
  {
    prefixes: ['trix'],
    leastPeriod: 1,
    make: (n) =>
      difference(
        `trix${n}`,
        `TRIX: change of a triple average of ${n} bars, in percent`,
        'TA-Lib TRIX',
        repeatedAverageKernel('trix', n),
        3 * n - 1,
        decayBars(emaShare(n), 3, RATIO_TOLERANCE),
      ),
  },
  {
    prefixes: ['hma'],
    leastPeriod: 2,
    make: (n) =>
      average(
        `hma${n}`,
        `Hull moving average, ${n} bars`,
        'A. Hull, 2005',
        hmaKernel(n),
        n + Math.floor(Math.sqrt(n)) - 1,
      ),
  },
  {
    prefixes: ['kama'],
    leastPeriod: 2,
    make: (n) =>
      average(
        `kama${n}`,
        `Kaufman's adaptive average, ${n} bars`,
        'TA-Lib KAMA',
        kamaKernel(n),
        n + 1,
        decayBars(KAMA_LEAST_SHARE),
      ),
  },
  {
    prefixes: ['trima'],
    leastPeriod: 2,
    make: (n) => average(`trima${n}`, `Triangular moving average, ${n} bars`, 'TA-Lib TRIMA', trimaKernel(n), n),
  },
];

const macdColumn = (name: string, title: string) => ({
  name,
  title,
  warmUpBars: 34,
  settleBars: 34 + decayBars(emaShare(26), 2, RATIO_TOLERANCE),
});

export const AVERAGE_DIFFERENCE_NODES: readonly FeatureNode[] = [
  featureNode({
    name: 'macd',
    kernel: macdKernel(),
    source: 'TA-Lib MACD',
    columns: [
      macdColumn('macd', 'MACD line (12, 26)'),
      macdColumn('macd_signal', 'MACD signal (9)'),
      macdColumn('macd_hist', 'MACD histogram (12, 26, 9)'),
    ],
  }),
  difference('apo', 'Absolute price oscillator (12, 26, simple)', 'TA-Lib APO', averageDifferenceKernel('apo'), 26),
  difference('ppo', 'Percentage price oscillator (12, 26, simple)', 'TA-Lib PPO', averageDifferenceKernel('ppo'), 26),
];
