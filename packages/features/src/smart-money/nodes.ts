import { featureNode, type FeatureNode } from '../engine/node.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { LOOKBACK_BARS, SmartMoneyScanner } from './scanner.ts';
import { readState } from './state-reader.ts';

export const SMART_MONEY_COLUMNS = [
  'smc_trend',
  'smc_bos',
  'smc_choch',
  'smc_mss',
  'smc_sweep',
  'smc_ob_bull',
  'smc_ob_bear',
  'smc_fvg_bull',
  'smc_fvg_bear',
  'smc_premium',
  'smc_liq_above',
  'smc_liq_below',
] as const;
export type SmartMoneyColumn = (typeof SMART_MONEY_COLUMNS)[number];

const kernel: Kernel<SmartMoneyScanner> = {
  outputs: SMART_MONEY_COLUMNS.length,
  lookbackBars: LOOKBACK_BARS,
  makeState: () => new SmartMoneyScanner(),
  run: (series, [atr14], scanner, from, to, out) => scanner.run(series, atr14!, from, to, out),
  saveState: (scanner) => scanner.save(),
  loadState(values) {
    const scanner = new SmartMoneyScanner();
    scanner.load(readState(values));
    return scanner;
  },
};

const column = (name: SmartMoneyColumn, title: string, low: number, high: number, warmUpBars: number) => ({
  name,
  title,
  low,
  high,
  warmUpBars,
  // A swing that nothing has broken counts, however old it is.
  settleBars: null,
});

/** The twelve smart-money values of the model's context, from one pass. */
export const SMART_MONEY_NODES: readonly FeatureNode[] = [
  featureNode({
    name: 'smc',
    kernel,
    needs: ['atr14'],
    source: 'Smart Money Concepts, causal; docs/features.md',
    columns: [
      column('smc_trend', 'Structure trend', -1, 1, 1),
      column('smc_bos', 'Break of structure, fading over ten bars', -1, 1, 1),
      column('smc_choch', 'Change of character, fading over ten bars', -1, 1, 1),
      column('smc_mss', 'Market structure shift, fading over ten bars', -1, 1, 1),
      column('smc_sweep', 'Liquidity sweep, fading over ten bars', -1, 1, 1),
      column('smc_ob_bull', 'Distance to the nearest bullish order block in ATR', 0, 5, 15),
      column('smc_ob_bear', 'Distance to the nearest bearish order block in ATR', 0, 5, 15),
      column('smc_fvg_bull', 'Distance to the nearest bullish fair value gap in ATR', 0, 5, 15),
      column('smc_fvg_bear', 'Distance to the nearest bearish fair value gap in ATR', 0, 5, 15),
      column('smc_premium', 'Place in the dealing range (0 discount, 1 premium)', -0.5, 1.5, 7),
      column('smc_liq_above', 'Distance to liquidity above in ATR', 0, 5, 15),
      column('smc_liq_below', 'Distance to liquidity below in ATR', 0, 5, 15),
    ],
  }),
];
