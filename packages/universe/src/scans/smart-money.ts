import type { WrittenScan } from './scan.ts';

/** exp(−2/10): an event of the last two bars. */
const RECENT = 0.81;

export const SMART_MONEY_SCANS: readonly WrittenScan[] = [
  {
    id: 'smc-choch-bullish',
    family: 'smart-money',
    title: 'Change of character upwards',
    meaning: 'A close above the last pivot high of a downtrend within the last two bars.',
    rule: { column: 'smc_choch', is: 'at_least', than: RECENT },
    order: { column: 'smc_choch', first: 'highest' },
    alert: { type: 'momentum_shift', column: 'smc_choch', from: 0.5, to: 1.2 },
  },
  {
    id: 'smc-mss-bullish',
    family: 'smart-money',
    title: 'Market structure shift upwards',
    meaning: 'A change of character upwards with displacement and a fair value gap within the last two bars.',
    rule: { column: 'smc_mss', is: 'at_least', than: RECENT },
    order: { column: 'smc_mss', first: 'highest' },
    alert: { type: 'momentum_shift', column: 'smc_mss', from: 0.4, to: 1 },
  },
  {
    id: 'smc-bos-bullish',
    family: 'smart-money',
    title: 'Break of structure upwards',
    meaning: 'An uptrend that closed above its last pivot high within the last two bars.',
    rule: { column: 'smc_bos', is: 'at_least', than: RECENT },
    order: { column: 'smc_bos', first: 'highest' },
  },
  {
    id: 'smc-order-block',
    family: 'smart-money',
    title: 'At a bullish order block',
    meaning: 'In an uptrend the close is within a quarter ATR of a live bullish order block.',
    rule: {
      all: [
        { column: 'smc_trend', is: 'above', than: 0 },
        { column: 'smc_ob_bull', is: 'at_most', than: 0.25 },
      ],
    },
    order: { column: 'smc_ob_bull', first: 'lowest' },
  },
  {
    id: 'smc-liquidity-sweep',
    family: 'smart-money',
    title: 'Sweep of liquidity below',
    meaning: 'A pool of lows was pierced and the close came back above it within the last two bars.',
    rule: { column: 'smc_sweep', is: 'at_least', than: RECENT },
    order: { column: 'smc_sweep', first: 'highest' },
    alert: { type: 'momentum_shift', column: 'smc_sweep', from: 0.5, to: 1.2 },
  },
  {
    id: 'smc-discount',
    family: 'smart-money',
    title: 'Discount zone of an uptrend',
    meaning: 'In an uptrend the close is in the lower half between the last pivot low and the last pivot high.',
    rule: {
      all: [
        { column: 'smc_trend', is: 'above', than: 0 },
        { column: 'smc_premium', between: [0, 0.5] },
      ],
    },
    order: { column: 'smc_premium', first: 'lowest' },
  },
];
