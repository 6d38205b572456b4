import type { ReadinessReason } from '@aion/contracts';
import type { EpochMs } from '@aion/core';
import { alignTimeframe, scanSmartMoney, type BarColumns } from '@aion/features';
import type { Readiness, Signal, TradePlan } from './signal.ts';

/** Closed hourly and 4-hour bars of one instrument up to now, adjusted, oldest first. */
export interface IntradayContext {
  readonly hour: BarColumns;
  readonly fourHour: BarColumns;
  /** Close time of the newest hourly bar. */
  readonly lastCloseTimeMs: EpochMs;
}

/** A newer hourly bar must exist than this instant: the close before the current (or last) session's first hourly bar. */
export interface Freshness {
  readonly notBeforeMs: EpochMs;
}

const MICRO_CONFIRMATION_FLOOR = Math.exp(-1);

/**
 * READY_TO_ENTER or WAIT, each with its reasons, from hourly and 4-hour alignment and micro confirmation. The result has no
 * side: refinement can neither create a signal nor flip one. Null for SELL, which has no readiness.
 */
export function refine(
  signal: Pick<Signal, 'side' | 'plan'>,
  intraday: IntradayContext | undefined,
  freshness: Freshness,
  nowMs: EpochMs,
): Readiness | null {
  if (signal.side === 'SELL' || signal.plan === null) return null;
  const wait = (reasons: readonly ReadinessReason[]): Readiness => ({ state: 'WAIT', reasons, asOfMs: nowMs });
  if (intraday === undefined) return wait([{ code: 'no_intraday', bars: 'none' }]);
  if (intraday.lastCloseTimeMs <= freshness.notBeforeMs || intraday.lastCloseTimeMs > nowMs)
    return wait([{ code: 'no_intraday', bars: 'stale' }]);
  const blocks: ReadinessReason[] = [];
  const grounds: ReadinessReason[] = [];
  const judge = (good: boolean, reason: ReadinessReason): void => {
    (good ? grounds : blocks).push(reason);
  };
  const hour = alignTimeframe(intraday.hour);
  const hourlyTrend = hour.kind !== 'present' ? 'too_few_bars' : hour.value > 0 ? 'up' : 'not_up';
  judge(hourlyTrend === 'up', { code: 'hourly_trend', trend: hourlyTrend });
  const fourHour = alignTimeframe(intraday.fourHour);
  const fourHourTrend = fourHour.kind !== 'present' ? 'too_few_bars' : fourHour.value >= 0 ? 'not_down' : 'down';
  judge(fourHourTrend === 'not_down', { code: 'four_hour_trend', trend: fourHourTrend });

  const { columns } = scanSmartMoney(intraday.hour);
  const t = intraday.hour.close.length - 1;
  const newest = Math.max(columns.smc_bos[t]!, columns.smc_choch[t]!, columns.smc_mss[t]!, columns.smc_sweep[t]!);
  const confirmed = newest >= MICRO_CONFIRMATION_FLOOR;
  judge(confirmed, { code: 'micro_confirmation', confirmed });

  const place = placeOf(signal.plan, Math.round(intraday.hour.close[t]! * 100));
  judge(place === 'in_entry_zone', { code: place });

  return blocks.length > 0 ? wait(blocks) : { state: 'READY_TO_ENTER', reasons: grounds, asOfMs: nowMs };
}

function placeOf({ entryHighMinor, entryLowMinor, stopMinor }: TradePlan, priceMinor: number) {
  if (priceMinor > entryHighMinor) return 'above_entry';
  if (priceMinor <= stopMinor) return 'below_stop';
  return priceMinor < entryLowMinor ? 'below_entry' : 'in_entry_zone';
}
