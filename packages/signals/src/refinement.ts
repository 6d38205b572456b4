import type { EpochMs } from '@aion/core';
import { alignTimeframe, scanSmartMoney, type BarColumns } from '@aion/features';
import type { Readiness, Reason, Signal } from './signal.ts';

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
  const wait = (reasons: readonly Reason[]): Readiness => ({ state: 'WAIT', reasons, asOfMs: nowMs });
  if (intraday === undefined) return wait([{ code: 'no_intraday', title: 'not checked: no hourly bars exist for it' }]);
  if (intraday.lastCloseTimeMs <= freshness.notBeforeMs || intraday.lastCloseTimeMs > nowMs) {
    return wait([{ code: 'no_intraday', title: 'not checked: its newest hourly bar is not of this session' }]);
  }
  const blocks: Reason[] = [];
  const grounds: Reason[] = [];
  const judge = (good: boolean, code: string, yes: string, no: string): void => {
    (good ? grounds : blocks).push({ code, title: good ? yes : no });
  };
  const hour = alignTimeframe(intraday.hour);
  const fourHour = alignTimeframe(intraday.fourHour);
  judge(
    hour.kind === 'present' && hour.value > 0,
    'hourly_trend',
    'the hourly trend is up',
    missingOr(hour.kind, 'waits because the hourly trend is not up', 'waits because too few hourly bars exist'),
  );
  judge(
    fourHour.kind === 'present' && fourHour.value >= 0,
    'four_hour_trend',
    'the 4-hour trend does not stand against it',
    missingOr(fourHour.kind, 'waits because the 4-hour trend is down', 'waits because too few 4-hour bars exist'),
  );

  const { columns } = scanSmartMoney(intraday.hour);
  const t = intraday.hour.close.length - 1;
  const newest = Math.max(columns.smc_bos[t]!, columns.smc_choch[t]!, columns.smc_mss[t]!, columns.smc_sweep[t]!);
  judge(
    newest >= MICRO_CONFIRMATION_FLOOR,
    'micro_confirmation',
    'hourly structure confirmed it within ten bars',
    'waits for a bullish break or sweep on the hourly chart',
  );

  const priceMinor = Math.round(intraday.hour.close[t]! * 100);
  if (priceMinor > signal.plan.entryHighMinor)
    blocks.push({ code: 'above_entry', title: 'waits because the price has run above the entry zone' });
  else if (priceMinor <= signal.plan.stopMinor)
    blocks.push({ code: 'below_stop', title: 'waits because the price is at or below the stop' });
  else if (priceMinor < signal.plan.entryLowMinor)
    blocks.push({ code: 'below_entry', title: 'waits because the price is below the entry zone' });
  else grounds.push({ code: 'in_entry_zone', title: 'the price is in the entry zone' });

  return blocks.length > 0 ? wait(blocks) : { state: 'READY_TO_ENTER', reasons: grounds, asOfMs: nowMs };
}

/** Without hourly bars of the session nothing was looked at: the signal is not ready, and nothing speaks against it either. */
export const isChecked = ({ reasons }: Pick<Readiness, 'reasons'>): boolean => reasons[0]?.code !== 'no_intraday';

function missingOr(kind: 'present' | 'missing', against: string, missing: string): string {
  return kind === 'present' ? against : missing;
}
