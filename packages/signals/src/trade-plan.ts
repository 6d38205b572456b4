import { roundToTick, toMinor, type SessionDate } from '@aion/core';
import type { TradePlan } from './signal.ts';

const ENTRY_BELOW_ATR = 0.5;
const ENTRY_ABOVE_ATR = 0.25;
const MIN_RISK_ATR = 1;
const MAX_RISK_ATR = 2.5;
const STOP_ROOM_ATR = 0.1;
const FIRST_TARGET_R = 1.5;
const LATER_TARGETS_R = [2.5, 4];

export interface PlanInput {
  readonly close: number;
  readonly atr14: number;
  /** Lows below the price that structure gives a stop: live bullish order blocks and the last swing low. */
  readonly supports: readonly number[];
  /** Resting liquidity above the price, a natural first target. */
  readonly liquidityAbove: number | null;
  readonly tickMinor: number;
  readonly validUntil: SessionDate;
}

export type PlanResult =
  | { readonly kind: 'plan'; readonly plan: TradePlan }
  | { readonly kind: 'abstained'; readonly why: 'no_plan' };

/**
 * Entry zone around the close, stop under structure between 1 and 2.5 ATR of the zone's middle, first target at the
 * liquidity above where that pays 1.2 to 3 R, otherwise 1.5 R; then 2.5 R and 4 R. The stop is rounded away from the
 * entry and targets towards it, so that rounding never flatters the ratio.
 */
export function planTrade(input: PlanInput): PlanResult {
  const { close, atr14, tickMinor } = input;
  if (!(atr14 > 0) || !(close > 0)) return { kind: 'abstained', why: 'no_plan' };
  const entryLow = close - ENTRY_BELOW_ATR * atr14;
  const entryHigh = close + ENTRY_ABOVE_ATR * atr14;
  const middle = (entryLow + entryHigh) / 2;
  const nearest = Math.max(...input.supports.filter((level) => level < entryLow), Number.NEGATIVE_INFINITY);
  const structural = Number.isFinite(nearest) ? nearest - STOP_ROOM_ATR * atr14 : entryLow - atr14;
  const stop = Math.min(middle - MIN_RISK_ATR * atr14, Math.max(middle - MAX_RISK_ATR * atr14, structural));
  const entryLowMinor = roundToTick(toMinor(entryLow), tickMinor, 'nearest');
  const entryHighMinor = roundToTick(toMinor(entryHigh), tickMinor, 'nearest');
  const stopMinor = roundToTick(toMinor(stop), tickMinor, 'down');
  const middleMinor = (entryLowMinor + entryHighMinor) / 2;
  const riskMinor = middleMinor - stopMinor;
  if (stopMinor <= 0 || stopMinor >= entryLowMinor) return { kind: 'abstained', why: 'no_plan' };

  const reward = input.liquidityAbove === null ? Number.NaN : toMinor(input.liquidityAbove) - middleMinor;
  const atLiquidity = reward >= 1.2 * riskMinor && reward <= 3 * riskMinor;
  const first = atLiquidity ? middleMinor + reward : middleMinor + FIRST_TARGET_R * riskMinor;
  const later = LATER_TARGETS_R.map((r) => middleMinor + r * riskMinor).filter(
    (target) => target > first + 0.5 * riskMinor,
  );
  const targetsMinor = [first, ...later].map((target) => roundToTick(target, tickMinor, 'down'));
  if (targetsMinor[0]! <= entryHighMinor) return { kind: 'abstained', why: 'no_plan' };
  return {
    kind: 'plan',
    plan: {
      entryLowMinor,
      entryHighMinor,
      stopMinor,
      targetsMinor,
      rewardRiskRatio: Math.round((100 * (targetsMinor[0]! - middleMinor)) / riskMinor) / 100,
      validUntil: input.validUntil,
    },
  };
}
