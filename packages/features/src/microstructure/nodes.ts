import { featureNode, type FeatureNode } from '../engine/node.ts';
import { bulkVolume } from './bulk-volume.ts';
import { closeLocation } from './close-location.ts';
import { amihudIlliquidity, kyleLambda } from './price-impact.ts';
import { rangeVolatility } from './range-volatility.ts';
import { corwinSchultzSpread, rollSpread } from './spread-estimates.ts';

const BARS = 20;
const LONG = 60;
const TOXICITY = 50;
const VALUE = 'value in ten millions of the currency';

const volatility = (name: string, title: string, source: string) => ({
  name: `${name}${BARS}`,
  title: `${title} volatility per bar, ${BARS} bars`,
  low: 0,
  warmUpBars: BARS + 1,
  source,
});

/** What bars tell about spread, depth and the direction of trades. */
export const MICROSTRUCTURE_NODES: readonly FeatureNode[] = [
  featureNode({
    name: 'range_volatility',
    kernel: rangeVolatility(BARS),
    source: 'range estimators',
    columns: [
      volatility('parkinson_vol', 'Parkinson', 'Parkinson 1980'),
      volatility('garman_klass_vol', 'Garman-Klass', 'Garman and Klass 1980'),
      volatility('yang_zhang_vol', 'Yang-Zhang', 'Yang and Zhang 2000'),
    ],
  }),
  featureNode({
    kernel: corwinSchultzSpread(BARS),
    source: 'Corwin and Schultz 2012',
    columns: [
      {
        name: `cs_spread${BARS}`,
        title: `Spread over price from highs and lows, ${BARS} pairs of bars`,
        low: 0,
        high: 2,
        warmUpBars: BARS + 1,
      },
    ],
  }),
  featureNode({
    kernel: rollSpread(LONG),
    source: 'Roll 1984; none where returns do not turn back',
    columns: [
      {
        name: `roll_spread${LONG}`,
        title: `Spread over price from returns that turn back, ${LONG} pairs`,
        low: 0,
        warmUpBars: LONG + 2,
      },
    ],
  }),
  featureNode({
    kernel: amihudIlliquidity(BARS),
    source: `Amihud 2002; ${VALUE}`,
    readsVolume: true,
    columns: [
      {
        name: `amihud${BARS}`,
        title: `Illiquidity: |return| over ${VALUE}, ${BARS} bars`,
        low: 0,
        warmUpBars: BARS + 1,
      },
    ],
  }),
  featureNode({
    kernel: kyleLambda(LONG),
    source: `Kyle 1985, Hasbrouck 2009; ${VALUE}`,
    readsVolume: true,
    columns: [
      {
        name: `kyle_lambda${LONG}`,
        title: `Price impact: return per signed ${VALUE}, ${LONG} bars`,
        warmUpBars: LONG + 1,
      },
    ],
  }),
  featureNode({
    name: 'bulk_volume',
    kernel: bulkVolume(BARS, TOXICITY),
    needs: ['log_return', `realised_vol${BARS}`],
    source: "Easley, López de Prado and O'Hara 2012",
    readsVolume: true,
    columns: [
      {
        name: `order_flow${BARS}`,
        title: `Order-flow imbalance by bulk volume classification, ${BARS} bars`,
        low: -1,
        high: 1,
        warmUpBars: 2 * BARS,
      },
      {
        name: `flow_toxicity${TOXICITY}`,
        title: `VPIN over ${TOXICITY} bars of time (not buckets of volume)`,
        low: 0,
        high: 1,
        warmUpBars: BARS + TOXICITY,
      },
    ],
  }),
  featureNode({
    kernel: closeLocation,
    source: 'M. Chaikin: close location value',
    columns: [
      { name: 'close_location', title: 'Place of the close in its bar, −1 to 1', low: -1, high: 1, warmUpBars: 1 },
    ],
  }),
];
