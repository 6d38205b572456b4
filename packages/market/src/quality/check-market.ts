import { fromEpochDay } from '@aion/core';
import type { DailyBars } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import type { QualityIssue } from './issue.ts';

/** How many symbols have a bar on each session, and how many of these repeat their bar before. */
export interface DayCount {
  readonly day: number;
  readonly symbols: number;
  readonly copied: number;
  /** Median of the twenty sessions before; 0 for the first. */
  readonly usual: number;
}

const USUAL_SESSIONS = 20;
const THIN_FRAC = 0.5;
const COPIED_FRAC = 0.3;
const MIN_COPIED = 3;

/** Counts of every day with a bar, and of every session of the calendar between the first and the last. */
export function countDays(series: readonly DailyBars[], calendar: ExchangeCalendar): DayCount[] {
  let low = Infinity;
  let high = -Infinity;
  for (const { sessionDay } of series) {
    if (sessionDay.length === 0) continue;
    low = Math.min(low, sessionDay[0]!);
    high = Math.max(high, sessionDay.at(-1)!);
  }
  if (high < low) return [];
  const symbols = new Int32Array(high - low + 1);
  const copied = new Int32Array(high - low + 1);
  for (const { sessionDay, open, high: top, low: bottom, close, volumeShares } of series) {
    for (let i = 0; i < sessionDay.length; i++) {
      const at = sessionDay[i]! - low;
      symbols[at]!++;
      const same =
        i > 0 &&
        volumeShares[i]! > 0 &&
        open[i] === open[i - 1] &&
        top[i] === top[i - 1] &&
        bottom[i] === bottom[i - 1] &&
        close[i] === close[i - 1] &&
        volumeShares[i] === volumeShares[i - 1];
      if (same) copied[at]!++;
    }
  }
  const days: DayCount[] = [];
  const recent: number[] = [];
  for (let at = 0; at < symbols.length; at++) {
    const day = at + low;
    const isSession = calendar.isSessionDay[day - calendar.firstDay] === 1;
    if (!isSession && symbols[at] === 0) continue;
    const before = [...recent].sort((a, b) => a - b);
    days.push({ day, symbols: symbols[at]!, copied: copied[at]!, usual: before[before.length >> 1] ?? 0 });
    if (symbols[at]! > 0) recent.push(symbols[at]!);
    if (recent.length > USUAL_SESSIONS) recent.shift();
  }
  return days;
}

/** POST_ETL of the market as a whole: sessions that are missing, thin, copied, or on a closed day. */
export function checkDays(days: readonly DayCount[], calendar: ExchangeCalendar): QualityIssue[] {
  const issues: QualityIssue[] = [];
  for (const { day, symbols, copied, usual } of days) {
    const date = fromEpochDay(day);
    const isSession = calendar.isSessionDay[day - calendar.firstDay] === 1;
    const values = { symbols, usual, copied };
    if (symbols > 0 && !isSession) {
      const how = copied >= COPIED_FRAC * symbols ? ', most of them copies of the session before' : '';
      const message = `${symbols} symbols have a bar on ${date}, when ${calendar.exchange} was closed${how}`;
      issues.push({ code: 'closed_day', day, message, values });
    } else if (symbols === 0) {
      issues.push({
        code: 'missing_session',
        day,
        message: `no bar of ${date} is stored; import that session`,
        values,
      });
    } else if (copied >= MIN_COPIED && copied >= COPIED_FRAC * symbols) {
      const message = `${copied} of ${symbols} bars of ${date} are those of the session before; import that session again`;
      issues.push({ code: 'copied_session', day, message, values });
    } else if (symbols < THIN_FRAC * usual) {
      const message = `${symbols} symbols have a bar on ${date}, usually it is ${usual}; import the whole session`;
      issues.push({ code: 'thin_session', day, message, values });
    }
  }
  return issues;
}

/** Sessions on which nothing of the market is stored. */
export function absentDaysOf(days: readonly DayCount[]): ReadonlySet<number> {
  return new Set(days.filter(({ symbols }) => symbols === 0).map(({ day }) => day));
}
