import { type StopBasis, type TargetBasis, roundToTick, toMinor, type SessionDate } from '@aion/core';
import { MIN_REWARD_RISK_RATIO } from './policy.ts';
import type { MadePlan } from './signal.ts';

const ENTRY_BELOW_ATR = 0.5;
const ENTRY_ABOVE_ATR = 0.25;
const MIN_RISK_ATR = 1;
const MAX_RISK_ATR = 2.5;
const STOP_ROOM_ATR = 0.1;
/** What a first target pays for the risk where no resting liquidity does, both at the worst fill. */
const FIRST_TARGET_R = 1.5;
/** Liquidity is a first target where it pays between these. */
const LIQUIDITY_R = { least: 1.2, most: 3 };
/** A later target lies at least so far beyond the one before. */
const TARGET_STEP_ATR = 0.25;

export interface PlanInput {
  readonly close: number;
  readonly atr14: number;
  /** Lows below the price that structure gives a stop: live bullish order blocks, and the last swing low while no bar is below it. */
  readonly supports: readonly number[];
  /** Resting levels above the price, which no bar has gone beyond since they formed. */
  readonly restingAbove: readonly number[];
  /** The forecast's median and 90 % quantile of the price at its horizon. */
  readonly band: { readonly median: number; readonly high: number };
  readonly tickMinor: number;
  /** Least reward to the first target at the worst fill, as a part of the price: what entry and exit cost, several times. */
  readonly leastRewardFrac: number;
  readonly validUntil: SessionDate;
}

export type NoPlan = 'no_plan' | 'thin_reward';
export type PlanResult =
  | { readonly kind: 'plan'; readonly plan: MadePlan }
  | { readonly kind: 'abstained'; readonly why: NoPlan };

/**
 * Entry zone around the close; its top is the worst fill, and reward and risk are counted from there. The stop stands under the
 * nearest support where that is between 1 and 2.5 ATR from the middle of the zone, otherwise at that distance, and says which. The
 * first target is the nearest resting liquidity that pays 1.2 to 3 R, otherwise 1.5 R, and never beyond the forecast's
 * upper band; later targets are the band's own median and upper edge. No plan where the first target pays less than it risks,
 * or too little for what a trade costs. Stop and targets are rounded so that rounding never flatters the ratio.
 */
export function planTrade(input: PlanInput): PlanResult {
  const { close, atr14, tickMinor } = input;
  const none = (why: NoPlan): PlanResult => ({ kind: 'abstained', why });
  if (!(atr14 > 0) || !(close > 0)) return none('no_plan');
  const entryLow = close - ENTRY_BELOW_ATR * atr14;
  const entryHigh = close + ENTRY_ABOVE_ATR * atr14;
  const { stop, stopBasis } = stopOf(input, entryLow, entryHigh);
  const entryLowMinor = roundToTick(toMinor(entryLow), tickMinor, 'nearest');
  const entryHighMinor = roundToTick(toMinor(entryHigh), tickMinor, 'nearest');
  const stopMinor = roundToTick(toMinor(stop), tickMinor, 'down');
  if (stopMinor <= 0 || stopMinor >= entryLowMinor) return none('no_plan');

  const riskMinor = entryHighMinor - stopMinor;
  const { target, targetBasis } = firstTarget(input, entryHighMinor, riskMinor);
  const firstMinor = roundToTick(target, tickMinor, 'down');
  const rewardMinor = firstMinor - entryHighMinor;
  if (rewardMinor < MIN_REWARD_RISK_RATIO * riskMinor) return none('no_plan');
  if (rewardMinor < input.leastRewardFrac * entryHighMinor) return none('thin_reward');
  return {
    kind: 'plan',
    plan: {
      entryLowMinor,
      entryHighMinor,
      stopMinor,
      stopBasis,
      targetsMinor: [firstMinor, ...laterTargets(input, firstMinor)],
      targetBasis,
      // Rounded down: what is shown is never better than what the prices give.
      rewardRiskRatio: Math.floor((100 * rewardMinor) / riskMinor) / 100,
      validUntil: input.validUntil,
    },
  };
}

function stopOf(
  { supports, atr14 }: PlanInput,
  entryLow: number,
  entryHigh: number,
): { stop: number; stopBasis: StopBasis } {
  const middle = (entryLow + entryHigh) / 2;
  const [nearestStop, farthestStop] = [middle - MIN_RISK_ATR * atr14, middle - MAX_RISK_ATR * atr14];
  const support = Math.max(...supports.filter((level) => level < entryLow), Number.NEGATIVE_INFINITY);
  const under = support - STOP_ROOM_ATR * atr14;
  // Under a support that is nearer than one ATR the stop keeps its distance and still stands under it.
  if (under >= farthestStop) return { stop: Math.min(under, nearestStop), stopBasis: 'structure' };
  return { stop: Number.isFinite(support) ? farthestStop : entryLow - atr14, stopBasis: 'range' };
}

function firstTarget(
  { restingAbove, band }: PlanInput,
  entryHighMinor: number,
  riskMinor: number,
): { target: number; targetBasis: TargetBasis } {
  const highest = toMinor(band.high);
  const liquidity = restingAbove
    .map(toMinor)
    .filter((level) => level <= highest)
    .sort((a, b) => a - b)
    .find((level) => {
      const ratio = (level - entryHighMinor) / riskMinor;
      return ratio >= LIQUIDITY_R.least && ratio <= LIQUIDITY_R.most;
    });
  if (liquidity !== undefined) return { target: liquidity, targetBasis: 'liquidity' };
  const multiple = entryHighMinor + FIRST_TARGET_R * riskMinor;
  return multiple <= highest ? { target: multiple, targetBasis: 'multiple' } : { target: highest, targetBasis: 'band' };
}

function laterTargets({ band, atr14, tickMinor }: PlanInput, firstMinor: number): number[] {
  const step = toMinor(TARGET_STEP_ATR * atr14);
  const targets: number[] = [];
  for (const price of [band.median, band.high]) {
    const target = roundToTick(toMinor(price), tickMinor, 'down');
    if (target - (targets.at(-1) ?? firstMinor) >= step) targets.push(target);
  }
  return targets;
}
