import { featureNode, type FeatureNode } from '../engine/node.ts';
import { scalarKernel } from '../kernel/kernel.ts';
import { MIN_CLOSED_BARS, MIN_CLOSED_MONTHS } from './alignment.ts';
import { periodAlignmentKernel } from './period-alignment.ts';
import { PERIOD_CLOSES } from './period-closes.ts';

const SOURCE = 'mean of sign(close − EMA20), sign(EMA20 − EMA50) and the structure trend, last closed bar';

/** While EMA50 warms up its term counts 0 (no opinion). */
const dailyAlignment = scalarKernel({
  outputs: 1,
  lookbackBars: 0,
  stateLength: 0,
  run({ close }, [ema20, ema50, trend], _state, from, to, [out]) {
    for (let i = from; i < to; i++) {
      const slope = Math.sign(ema20![i]! - ema50![i]!);
      out![i] = (Math.sign(close[i]! - ema20![i]!) + (Number.isNaN(slope) ? 0 : slope) + trend![i]!) / 3;
    }
  },
});

const alignment = (name: string, title: string, warmUpBars: number) => ({
  name,
  title,
  low: -1,
  high: 1,
  warmUpBars,
  settleBars: null,
});

/** How the month, the week and the day stand, at every daily bar; hours are joined where there are intraday bars. */
export const ALIGNMENT_NODES: readonly FeatureNode[] = [
  featureNode({
    kernel: periodAlignmentKernel('month', MIN_CLOSED_MONTHS),
    source: SOURCE,
    references: [PERIOD_CLOSES.month],
    // In daily bars, at least: a month has one session or more.
    columns: [alignment('tf_month', 'Monthly trend alignment', MIN_CLOSED_MONTHS)],
    readsVolume: true,
    readsCalendar: true,
    absence: 'short_history',
  }),
  featureNode({
    kernel: periodAlignmentKernel('week', MIN_CLOSED_BARS),
    source: SOURCE,
    references: [PERIOD_CLOSES.week],
    columns: [alignment('tf_week', 'Weekly trend alignment', MIN_CLOSED_BARS)],
    readsVolume: true,
    readsCalendar: true,
    absence: 'short_history',
  }),
  featureNode({
    kernel: dailyAlignment,
    source: SOURCE,
    needs: ['ema20', 'ema50', 'smc_trend'],
    columns: [alignment('tf_day', 'Daily trend alignment', MIN_CLOSED_BARS)],
  }),
];
