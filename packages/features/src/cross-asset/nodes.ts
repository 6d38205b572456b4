import { featureNode, type FeatureNode } from '../engine/node.ts';
import { marketModel } from './market-model.ts';
import { relativeStrength } from './relative-strength.ts';

/** References that stand for the market around an instrument. */
export const MARKET_REFERENCES = {
  index: 'index_close',
  sector: 'sector_close',
  currency: 'fx_close',
  volatility: 'vix_close',
} as const;
const { index, sector, currency, volatility } = MARKET_REFERENCES;

const REGRESSION = 'Sharpe 1963: returns on returns, pairwise; at least 80 % of the window';
const STRENGTHS = [20, 63];

const strengthNode = (name: string, title: string, against: string, of?: string): FeatureNode =>
  featureNode({
    name,
    kernel: relativeStrength(against, STRENGTHS, of),
    source: 'difference of returns',
    references: of === undefined ? [against] : [against, of],
    columns: STRENGTHS.map((bars) => ({
      name: `${name}${bars}`,
      title: `${title}, ${bars} bars`,
      warmUpBars: bars + 1,
    })),
  });

/** How an instrument moves with its index, its sector, the currency and the fear of the market. */
export const CROSS_ASSET_NODES: readonly FeatureNode[] = [
  featureNode({
    name: 'index_model',
    kernel: marketModel(index, [120, 60], ['beta', 'correlation', 'residual']),
    source: REGRESSION,
    references: [index],
    columns: [120, 60].flatMap((bars) => [
      { name: `beta${bars}`, title: `Beta to the index, ${bars} returns`, warmUpBars: bars + 1 },
      {
        name: `index_corr${bars}`,
        title: `Correlation with the index, ${bars} returns`,
        low: -1,
        high: 1,
        warmUpBars: bars + 1,
      },
      {
        name: `idio_vol${bars}`,
        title: `Standard deviation per bar of what the index does not explain, ${bars} returns`,
        low: 0,
        warmUpBars: bars + 1,
      },
    ]),
  }),
  featureNode({
    kernel: marketModel(currency, [60], ['correlation']),
    source: REGRESSION,
    references: [currency],
    columns: [
      { name: 'fx_corr60', title: 'Correlation with the currency, 60 returns', low: -1, high: 1, warmUpBars: 61 },
    ],
  }),
  featureNode({
    kernel: marketModel(volatility, [60], ['beta']),
    source: REGRESSION,
    references: [volatility],
    columns: [{ name: 'vix_beta60', title: 'Beta to changes of the volatility index, 60 returns', warmUpBars: 61 }],
  }),
  strengthNode('rs_index', 'Return above that of the index', index),
  strengthNode('rs_sector', 'Return above that of the sector', sector),
  strengthNode('sector_rs', 'Return of the sector above that of the index', index, sector),
];
