import { fromEpochDay } from '@aion/core';
import type { DailyBars } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import { usualSymbols } from '../lake/freshness.ts';
import type { QualityIssue } from './issue.ts';

/** How many symbols have a bar on each session, and how many of these repeat the bar of one session before. */
export interface DayCount {
  readonly day: number;
  readonly symbols: number;
  readonly copied: number;
  /** How many bars back that session lies. */
  readonly copiedLag: number;
  /** By the sessions before; 0 for the first. */
  readonly usual: number;
}

const USUAL_SESSIONS = 20;
/** Below this share of the usual number of symbols a session was not imported whole. */
const THIN_FRAC = 0.9;
/** Sessions back that a copied one may be of. */
const COPY_LAGS = 10;
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
  const copied = Array.from({ length: COPY_LAGS }, () => new Int32Array(high - low + 1));
  for (const { sessionDay, open, high: top, low: bottom, close, volumeShares } of series) {
    for (let i = 0; i < sessionDay.length; i++) {
      const at = sessionDay[i]! - low;
      symbols[at]!++;
      if (volumeShares[i] === 0) continue;
      for (let lag = 1; lag <= COPY_LAGS && lag <= i; lag++) {
        const j = i - lag;
        const same =
          close[i] === close[j] &&
          volumeShares[i] === volumeShares[j] &&
          open[i] === open[j] &&
          top[i] === top[j] &&
          bottom[i] === bottom[j];
        if (same) copied[lag - 1]![at]!++;
      }
    }
  }
  const days: DayCount[] = [];
  const recent: number[] = [];
  for (let at = 0; at < symbols.length; at++) {
    const day = at + low;
    const isSession = calendar.isSessionDay[day - calendar.firstDay] === 1;
    if (!isSession && symbols[at] === 0) continue;
    let copiedLag = 1;
    for (let lag = 2; lag <= COPY_LAGS; lag++) if (copied[lag - 1]![at]! > copied[copiedLag - 1]![at]!) copiedLag = lag;
    const most = copied[copiedLag - 1]![at]!;
    days.push({ day, symbols: symbols[at]!, copied: most, copiedLag, usual: usualSymbols(recent) });
    if (symbols[at]! > 0) recent.push(symbols[at]!);
    if (recent.length > USUAL_SESSIONS) recent.shift();
  }
  return days;
}

/** POST_ETL of the market as a whole: sessions that are missing, thin, copied, or on a closed day. */
export function checkDays(days: readonly DayCount[], calendar: ExchangeCalendar): QualityIssue[] {
  const issues: QualityIssue[] = [];
  let missing: number[] = [];
  const endMissing = (): void => {
    issues.push(...describeMissing(missing));
    missing = [];
  };
  for (const { day, symbols, copied, copiedLag, usual } of days) {
    const date = fromEpochDay(day);
    const isSession = calendar.isSessionDay[day - calendar.firstDay] === 1;
    const values = { symbols, usual, copied };
    if (symbols > 0) endMissing();
    if (symbols > 0 && !isSession) {
      const how = copied >= COPIED_FRAC * symbols ? ', most of them copies of the session before' : '';
      const message = `${symbols} symbols have a bar on ${date}, when ${calendar.exchange} was closed${how}`;
      issues.push({ code: 'closed_day', day, message, values });
    } else if (symbols === 0) {
      missing.push(day);
    } else if (copied >= MIN_COPIED && copied >= COPIED_FRAC * symbols) {
      const which = copiedLag === 1 ? 'the session before' : `${copiedLag} sessions before`;
      const message = `${copied} of ${symbols} bars of ${date} are those of ${which}; import that session again with --replace`;
      issues.push({ code: 'copied_session', day, message, values });
    } else if (symbols < THIN_FRAC * usual) {
      const message = `${symbols} symbols have a bar on ${date}, usually it is ${usual}; import the whole session`;
      issues.push({ code: 'thin_session', day, message, values });
    }
  }
  endMissing();
  return issues;
}

/** Each missing session by itself, or a long stretch of them as one. */
function describeMissing(days: readonly number[]): QualityIssue[] {
  if (days.length <= LONG_STRETCH) {
    return days.map((day) => ({
      code: 'missing_session',
      day,
      message: `no bar of ${fromEpochDay(day)} is stored; import that session`,
    }));
  }
  const [day, toDay] = [days[0]!, days.at(-1)!];
  const range = `${fromEpochDay(day)} to ${fromEpochDay(toDay)}`;
  const message = `no bar of ${days.length} sessions is stored, ${range}; import them`;
  return [{ code: 'missing_session', day, toDay, message, values: { sessions: days.length } }];
}

/** More missing sessions than these in a row are told as one. */
const LONG_STRETCH = 5;

/** Sessions on which nothing of the market is stored. */
export function absentDaysOf(days: readonly DayCount[]): ReadonlySet<number> {
  return new Set(days.filter(({ symbols }) => symbols === 0).map(({ day }) => day));
}
