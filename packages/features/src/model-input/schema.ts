import { hashOf } from '@aion/core';
import { FEATURE_NODES } from '../catalogue/catalogue.ts';
import { PIVOT_STRENGTH } from '../smart-money/pivots.ts';
import { STILL_ATR_FRAC, STILL_BARS, STILL_MOVE_FRAC } from '../technical.ts';

/** One value of the model's context: its place is its index. */
export interface ContextValue {
  readonly name: string;
  readonly title: string;
  readonly low: number;
  readonly high: number;
  /** Closed bars of its timeframe before the value exists. */
  readonly warmUpBars: number;
  /** Bars after which older ones no longer change it; null: they always do, so the whole history has to be there. */
  readonly settleBars: number | null;
  /** What stands in the vector when the value is absent, and the reason code it is reported with; null: the symbol is held back. */
  readonly absent: { readonly value: 0; readonly reason: string } | null;
}

const SETTLES = new Map(
  FEATURE_NODES.flatMap(({ columns }) => columns.map((column) => [column.name, column.settleBars])),
);

const value = (name: string, title: string, low: number, high: number, warmUpBars: number): ContextValue => ({
  name,
  title,
  low,
  high,
  warmUpBars,
  settleBars: SETTLES.get(name) ?? null,
  absent: null,
});
const timeframe = (name: string, title: string, warmUpBars: number, reason: string): ContextValue => ({
  ...value(name, title, -1, 1, warmUpBars),
  absent: { value: 0, reason },
});

export const WINDOW_BARS = 120;
export const MIN_DAILY_BARS = 250;
/** Sessions of hourly bars that alignment reads, in training as in serving: their structure trend begins with the first of them. */
export const INTRADAY_SESSIONS = 30;
export const OHLCV_FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;
export const KLINE_FIELDS = ['open', 'high', 'low', 'close', 'volume', 'amount'] as const;
export const EMBEDDING_LENGTH = 512;

export const CONTEXT_VALUES: readonly ContextValue[] = [
  timeframe('tf_month', 'Monthly trend alignment', 20, 'no_month'),
  timeframe('tf_week', 'Weekly trend alignment', 20, 'no_week'),
  value('tf_day', 'Daily trend alignment', -1, 1, 50),
  timeframe('tf_4h', '4-hour trend alignment', 20, 'no_intraday'),
  timeframe('tf_1h', 'Hourly trend alignment', 20, 'no_intraday'),
  value('smc_trend', 'Structure trend', -1, 1, 8),
  value('smc_bos', 'Break of structure, fading over ten bars', -1, 1, 8),
  value('smc_choch', 'Change of character, fading over ten bars', -1, 1, 8),
  value('smc_mss', 'Market structure shift, fading over ten bars', -1, 1, 15),
  value('smc_sweep', 'Liquidity sweep, fading over ten bars', -1, 1, 8),
  value('smc_ob_bull', 'Distance to the nearest bullish order block in ATR', 0, 5, 15),
  value('smc_ob_bear', 'Distance to the nearest bearish order block in ATR', 0, 5, 15),
  value('smc_fvg_bull', 'Distance to the nearest bullish fair value gap in ATR', 0, 5, 15),
  value('smc_fvg_bear', 'Distance to the nearest bearish fair value gap in ATR', 0, 5, 15),
  value('smc_premium', 'Place in the dealing range (0 discount, 1 premium)', -0.5, 1.5, 15),
  value('smc_liq_above', 'Distance to liquidity above in ATR', 0, 5, 15),
  value('smc_liq_below', 'Distance to liquidity below in ATR', 0, 5, 15),
  value('ta_rsi14', 'RSI 14', -1, 1, 15),
  value('ta_macd_hist', 'MACD histogram over ATR', -3, 3, 34),
  value('ta_adx14', 'ADX 14', 0, 2, 28),
  value('ta_di_diff', '+DI minus −DI', -1, 1, 15),
  value('ta_bb_pos', 'Place in the Bollinger bands', -2, 2, 20),
  value('ta_bb_width', 'Bollinger width over price', 0, 20, 20),
  value('ta_atr', 'ATR over price', 0, 20, 15),
  value('ta_ema20', 'Distance to EMA 20 in ATR', -5, 5, 20),
  value('ta_ema50', 'Distance to EMA 50 in ATR', -5, 5, 50),
  value('ta_ema200', 'Distance to EMA 200 in ATR', -5, 5, 200),
  value('ta_stoch_k', 'Stochastic %K', -1, 1, 16),
  value('ta_volume_z', 'Volume against its last 20 bars (z)', -5, 5, 20),
];

/** The locked model input. Anything that changes what a model sees changes this, and with it the hash. */
export const INPUT_SCHEMA = {
  version: 4,
  tensors: {
    ohlcv_120: { shape: [WINDOW_BARS, OHLCV_FIELDS.length], fields: OHLCV_FIELDS, normaliser: 'swing_v1' },
    kline_120: { shape: [WINDOW_BARS, KLINE_FIELDS.length], fields: KLINE_FIELDS, normaliser: 'kronos_v1' },
    kronos_emb: { shape: [EMBEDDING_LENGTH] },
    context: { shape: [CONTEXT_VALUES.length], values: CONTEXT_VALUES },
  },
  pivotStrength: PIVOT_STRENGTH,
  /** Below this ATR 14 over price, or this mean move of so many closes, the price stands still and these values are 0: no opinion. */
  still: {
    atrFrac: STILL_ATR_FRAC,
    moveFrac: STILL_MOVE_FRAC,
    bars: STILL_BARS,
    values: ['ta_rsi14', 'ta_bb_pos', 'ta_stoch_k'],
  },
  minDailyBars: MIN_DAILY_BARS,
  /** Daily bars: every stored one up to the session, not a window, since values that never settle need it. */
  history: { day: 'whole', intradaySessions: INTRADAY_SESSIONS },
} as const;

export const INPUT_SCHEMA_HASH = hashOf(INPUT_SCHEMA);
