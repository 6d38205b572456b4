import type { BarColumns } from '../columns.ts';
import { ema } from '../indicators/index.ts';
import { scanSmartMoney } from '../smart-money/index.ts';

export const ALIGNMENT_COLUMNS = ['tf_month', 'tf_week', 'tf_day', 'tf_4h', 'tf_1h'] as const;
export type AlignmentColumn = (typeof ALIGNMENT_COLUMNS)[number];
export const MIN_CLOSED_MONTHS = 20;
/** Below this many closed bars EMA20 does not exist and the timeframe is missing. */
export const MIN_CLOSED_BARS = 20;

export type Alignment =
  | { readonly kind: 'present'; readonly value: number }
  | { readonly kind: 'missing'; readonly reason: 'no_bars' | 'short_history' };

/**
 * Alignment of one timeframe at its last bar, in [−1, 1]: the mean of sign(close − EMA20), sign(EMA20 − EMA50) and the
 * structure trend. Hand it closed bars only. While EMA50 is warming up its term counts 0 (no opinion), not the timeframe.
 */
export function alignTimeframe(closed: BarColumns, minimumBars = MIN_CLOSED_BARS): Alignment {
  const length = closed.close.length;
  if (length === 0) return { kind: 'missing', reason: 'no_bars' };
  if (length < minimumBars) return { kind: 'missing', reason: 'short_history' };
  const trend = scanSmartMoney(closed).columns.smc_trend;
  return {
    kind: 'present',
    value: alignmentAt(closed.close, ema(closed.close, 20), ema(closed.close, 50), trend, length - 1),
  };
}

/** `alignTimeframe` at bar t, from columns that were made once for the whole series. */
export function alignmentAt(
  close: Float64Array,
  ema20: Float64Array,
  ema50: Float64Array,
  trend: Float64Array,
  t: number,
): number {
  const price = Math.sign(close[t]! - ema20[t]!);
  const slope = Number.isNaN(ema50[t]!) ? 0 : Math.sign(ema20[t]! - ema50[t]!);
  return (price + slope + trend[t]!) / 3;
}
