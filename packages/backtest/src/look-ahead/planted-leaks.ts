import { featureNode, scalarKernel, type FeatureNode, type ReferenceSeries } from '@aion/features';
import type { LookAheadMarket } from './market.ts';

/** A leak that is built in on purpose, to see that the check finds it. */
export interface PlantedLeak {
  readonly kind: string;
  readonly title: string;
  readonly node: FeatureNode;
  /** The market as the leak needs it. */
  readonly market: (market: LookAheadMarket) => LookAheadMarket;
}

const same = (market: LookAheadMarket): LookAheadMarket => market;
const leak = (name: string, value: (closes: Float64Array, bar: number) => number): FeatureNode =>
  featureNode({
    source: 'planted',
    kernel: scalarKernel({
      outputs: 1,
      lookbackBars: 0,
      stateLength: 0,
      run({ close }, _needs, _state, from, to, [out]) {
        for (let i = from; i < to; i++) out![i] = value(close, i);
      },
    }),
    columns: [{ name, title: name, warmUpBars: 1 }],
  });

const NEWEST = 'earnings_newest';
const REPORTED_EVERY_SESSIONS = 60;
const RESTATED_AFTER_DAYS = 30;

/** One of each kind that is met in practice. */
export const PLANTED_LEAKS: readonly PlantedLeak[] = [
  {
    kind: 'centred_window',
    title: 'a mean over bars on both sides',
    node: leak(
      'planted_centred',
      (close, i) => ((close[i - 1] ?? close[i]!) + close[i]! + (close[i + 1] ?? close[i]!)) / 3,
    ),
    market: same,
  },
  {
    kind: 'whole_sample_scaling',
    title: 'a price scaled by the highest of the whole sample',
    node: leak('planted_scaled', (close, i) => close[i]! / close.reduce((top, value) => Math.max(top, value), 0)),
    market: same,
  },
  {
    kind: 'unfinished_higher_bar',
    title: 'the close of the five-bar block that a bar is in, before the block is over',
    node: leak('planted_unfinished', (close, i) => close[Math.min(close.length - 1, i - (i % 5) + 4)]!),
    market: same,
  },
  {
    kind: 'restated_fundamental',
    title: 'a figure as it was restated later, at the date of its first report',
    node: featureNode({
      source: 'planted',
      references: [NEWEST],
      kernel: scalarKernel({
        outputs: 1,
        lookbackBars: 0,
        stateLength: 0,
        run({ references }, _needs, _state, from, to, [out]) {
          for (let i = from; i < to; i++) out![i] = references[NEWEST]![i]!;
        },
      }),
      columns: [{ name: 'planted_restated', title: 'newest figure', warmUpBars: 1 }],
    }),
    market: (market) => ({
      ...market,
      referencesKnownAt: (day) => ({ ...market.referencesKnownAt(day), [NEWEST]: newestFigures(market, day) }),
    }),
  },
];

/** Reports every 60 sessions, restated 30 days later: read by the date of the report, as whoever forgets when it was known does. */
function newestFigures(market: LookAheadMarket, knownDay: number): ReferenceSeries {
  const { sessionDay } = market.daily[0]!;
  const days = sessionDay.filter((day) => day <= knownDay);
  const close = Float64Array.from(days, (_, i) => {
    const report = Math.floor(i / REPORTED_EVERY_SESSIONS);
    const restatedDay = sessionDay[report * REPORTED_EVERY_SESSIONS]! + RESTATED_AFTER_DAYS;
    return 10 + report + (restatedDay <= knownDay ? 0.5 : 0);
  });
  return { sessionDay: days, close };
}
