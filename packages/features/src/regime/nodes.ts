import { featureNode, type FeatureNode } from '../engine/node.ts';
import { referenceColumns } from '../kernel/reference-columns.ts';
import { MARKET_REFERENCES } from '../cross-asset/nodes.ts';
import { hmmKernel, hmmWarmUpBars } from './hmm-kernel.ts';
import { HMM_SCHEDULE, MARKET_HMM } from './market-regime.ts';
import { logReturn, realisedVolatility } from './realised-volatility.ts';
import { trendRegime, volatilityRegime } from './regime-states.ts';
import { appetiteWithBreadth, riskAppetite } from './risk-appetite.ts';
import { sampledRank } from './sampled-rank.ts';
import { efficiencyRatio, MAX_SLOPE_T, slopeT } from './trend-strength.ts';

const OWN = 'this project';
const SHARE = { low: 0, high: 1 } as const;
const YEAR_BARS = 252;
const SHORT = 20;
const RANK_STEP = 4;
const SLOPE_BARS = 50;
const RISK_BARS = 63;
const MODEL = 'Hamilton 1989, Rabiner 1989: filtered, fitted to the past alone';
const STATES = ['calm', 'normal', 'volatile'];

const APPETITE = { low: -1, high: 1 } as const;
const { index, volatility } = MARKET_REFERENCES;
/** Share of instruments above their mean. */
const BREADTH = 'breadth';
/** What kind of market it is: how much it moves, whether it goes anywhere, whether risk is wanted. */
export const REGIME_NODES: readonly FeatureNode[] = [
  featureNode({
    kernel: logReturn,
    source: 'ln(close / close before)',
    columns: [{ name: 'log_return', title: 'Log return of the bar', warmUpBars: 2 }],
  }),
  featureNode({
    name: 'realised_vol',
    kernel: realisedVolatility([60, SHORT]),
    needs: ['log_return'],
    source: 'standard deviation of log returns',
    columns: [60, SHORT].map((bars) => ({
      name: `realised_vol${bars}`,
      title: `Volatility per bar of ${bars} log returns`,
      low: 0,
      warmUpBars: bars + 1,
    })),
  }),
  featureNode({
    kernel: sampledRank(YEAR_BARS, RANK_STEP),
    source: OWN,
    needs: [`realised_vol${SHORT}`],
    columns: [
      {
        name: 'vol_rank252',
        title: `Place of volatility (${SHORT} returns) in its own year, of which each ${RANK_STEP}th bar counts`,
        warmUpBars: YEAR_BARS + SHORT,
        ...SHARE,
      },
    ],
  }),
  featureNode({
    kernel: efficiencyRatio(SHORT),
    source: 'Kaufman 1995',
    columns: [
      { name: `efficiency${SHORT}`, title: `Way made over way gone, ${SHORT} bars`, warmUpBars: SHORT + 1, ...SHARE },
    ],
  }),
  featureNode({
    kernel: slopeT(SLOPE_BARS),
    source: `ordinary least squares, within ±${MAX_SLOPE_T}`,
    columns: [
      {
        name: `slope_t${SLOPE_BARS}`,
        title: `t-statistic of the slope of log closes over ${SLOPE_BARS} bars`,
        low: -MAX_SLOPE_T,
        high: MAX_SLOPE_T,
        warmUpBars: SLOPE_BARS,
      },
    ],
  }),
  featureNode({
    kernel: volatilityRegime({ enter: 0.2, leave: 0.3 }, { enter: 0.8, leave: 0.7 }),
    source: `${OWN}: outer fifths of the own year, left 0.1 further in`,
    needs: ['vol_rank252'],
    columns: [
      {
        name: 'regime_volatility',
        title: 'Volatility regime: 0 calm, 1 normal, 2 volatile',
        low: 0,
        high: 2,
        warmUpBars: YEAR_BARS + SHORT,
        settleBars: null,
      },
    ],
  }),
  featureNode({
    kernel: trendRegime({ enter: 10, leave: 5 }),
    source: `${OWN}: t of the slope from ±10 on, left below 5; a walk has about 6`,
    needs: [`slope_t${SLOPE_BARS}`],
    columns: [
      {
        name: 'regime_trend',
        title: 'Trend regime: −1 down, 0 none, 1 up',
        low: -1,
        high: 1,
        warmUpBars: SLOPE_BARS,
        settleBars: null,
      },
    ],
  }),
  featureNode({
    kernel: riskAppetite({ index, volatility }, RISK_BARS),
    source: OWN,
    references: [index, volatility],
    columns: [
      {
        name: 'risk_appetite',
        title: 'Risk-on (1) to risk-off (−1): index trend, level and change of the volatility index',
        warmUpBars: RISK_BARS,
        ...APPETITE,
      },
    ],
  }),
  featureNode({
    kernel: appetiteWithBreadth(BREADTH),
    source: OWN,
    needs: ['risk_appetite'],
    references: [index, volatility, BREADTH],
    columns: [
      {
        name: 'risk_appetite_breadth',
        title: 'The same with the breadth of the market',
        warmUpBars: RISK_BARS,
        ...APPETITE,
      },
    ],
  }),
  featureNode({
    name: 'market_hmm',
    kernel: referenceColumns(MARKET_HMM),
    source: MODEL,
    references: MARKET_HMM,
    sameForAll: true,
    columns: MARKET_HMM.map((name, state) => ({
      name,
      title: `Probability that the index is ${STATES[state]}`,
      warmUpBars: 1,
      settleBars: null,
      ...SHARE,
    })),
  }),
];

/** The same model of the series itself: too much work for every instrument, so it is computed where it is asked for by name. */
export const HMM_NODE: FeatureNode = featureNode({
  name: 'hmm',
  kernel: hmmKernel(HMM_SCHEDULE),
  source: MODEL,
  columns: STATES.map((state) => ({
    name: `hmm_${state}`,
    title: `Probability that the series is ${state}, fitted each ${HMM_SCHEDULE.every} bars to ${HMM_SCHEDULE.window}`,
    warmUpBars: hmmWarmUpBars(HMM_SCHEDULE),
    settleBars: null,
    ...SHARE,
  })),
});
