const DAILY_FROM_MINUTE = 18 * 60 + 30;
const DAILY_UNTIL_MINUTE = 23 * 60;

export type DailyDecision = 'too_early' | 'no_session' | 'done' | 'start' | 'wait' | 'missed';

/**
 * What the daily job does at an instant: it starts once the session's bars are whole, waits for them until 23:00, and then
 * the exchange's file is missed for the day (`missed`): others have to stand in, and someone has to be told.
 */
export function decideDaily(now: {
  readonly minuteOfDay: number;
  readonly isSession: boolean;
  readonly barsAreWhole: boolean;
  readonly succeeded: boolean;
}): DailyDecision {
  if (!now.isSession) return 'no_session';
  if (now.minuteOfDay < DAILY_FROM_MINUTE) return 'too_early';
  if (now.succeeded) return 'done';
  if (now.barsAreWhole) return 'start';
  return now.minuteOfDay < DAILY_UNTIL_MINUTE ? 'wait' : 'missed';
}
