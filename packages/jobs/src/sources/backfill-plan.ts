import { AppError, type SessionDate, weekdayOf, fromEpochDay, toEpochDay } from '@aion/core';
import type { ExchangeCalendar } from '@aion/market';
import type { DayState } from './backfill-state.ts';

export interface BackfillPlan {
  /** Sessions whose file is to be downloaded, oldest first. */
  readonly ask: readonly SessionDate[];
  /** Sessions whose file is kept already and waits to be imported. */
  readonly keep: readonly SessionDate[];
  /** Sessions that are stored. */
  readonly done: number;
  /** Sessions that failed or were refused before, and are left alone without `retryFailed`. */
  readonly leftAlone: readonly SessionDate[];
  /** Days on which the exchange is closed and which are asked for all the same, to check the calendar. */
  readonly probe: readonly SessionDate[];
}

export interface PlanRules {
  readonly from: SessionDate;
  readonly to: SessionDate;
  readonly calendar: ExchangeCalendar;
  readonly today: SessionDate;
  readonly retryFailed: boolean;
  readonly probeClosed: boolean;
}

/** After so many days a file that was not published will not be. */
const LATE_DAYS = 7;

/** Which days are asked for. Closed days are not; throws for a range without calendar data or with days to come. */
export function planBackfill(rules: PlanRules, days: ReadonlyMap<SessionDate, DayState>): BackfillPlan {
  const { from, to, calendar, today } = rules;
  if (from > to) throw new AppError('bad_input', `the range ends (${to}) before it begins (${from}); turn it round`);
  if (to > today) throw new AppError('bad_input', `${to} is after today (${today}); bars exist up to today only`);
  const ask: SessionDate[] = [];
  const keep: SessionDate[] = [];
  const leftAlone: SessionDate[] = [];
  let done = 0;
  for (const date of calendar.sessionsBetween(from, to)) {
    const status = days.get(date)?.status;
    if (status === 'stored') done++;
    else if (status === 'downloaded') keep.push(date);
    else if (status === undefined) ask.push(date);
    else if (rules.retryFailed || (status === 'not_published' && toEpochDay(today) - toEpochDay(date) <= LATE_DAYS)) {
      ask.push(date);
    } else leftAlone.push(date);
  }
  return { ask, keep, done, leftAlone, probe: rules.probeClosed ? closedWeekdays(rules, days) : [] };
}

/** Weekdays without a session that were not checked yet. A weekend's special session would be missing from the calendar just so, but is announced. */
function closedWeekdays({ from, to, calendar }: PlanRules, days: ReadonlyMap<SessionDate, DayState>): SessionDate[] {
  const closed: SessionDate[] = [];
  for (let day = toEpochDay(from); day <= toEpochDay(to); day++) {
    const date = fromEpochDay(day);
    const weekday = weekdayOf(date);
    if (weekday >= 1 && weekday <= 5 && !calendar.isSession(date) && !days.has(date)) closed.push(date);
  }
  return closed;
}
