import { fromEpochDay } from '@aion/core';
import { type BarTable, type DailyBars, symbolRuns } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import type { QualityIssue } from './issue.ts';
import { type SessionMinutes, hoursOfShare, makeSessionMinutes } from '../session-minutes.ts';

export interface MinuteContext {
  readonly calendar: ExchangeCalendar;
  readonly barMinutes: number;
  /** The exchange's official daily bars, to hold the minutes against. */
  readonly daily?: ReadonlyMap<string, DailyBars>;
}

interface DayRows {
  readonly symbol: string;
  readonly day: number;
  readonly start: number;
  readonly end: number;
}

const LATE_MINUTES = 5;
const CLOSE_TOLERANCE = 0.005;
const RANGE_TOLERANCE = 0.003;
const VOLUME_TOLERANCE = 0.1;

/**
 * POST_ETL of intraday bars sorted by (symbol, day, minute): which sessions and minutes are missing, and whether the minutes of a day add up to the exchange's bar of that day. One finding for each symbol and kind.
 */
export function checkMinutes(table: BarTable, context: MinuteContext): QualityIssue[] {
  const minutes = table.openMinute;
  if (minutes === null) return [];
  const days = dayRows(table);
  return [
    ...checkCoverage(table, days, makeSessionMinutes(context.calendar), context),
    ...checkDaily(table, days, context),
  ];
}

function dayRows(table: BarTable): DayRows[] {
  const days: DayRows[] = [];
  for (const { symbol, start, end } of symbolRuns(table)) {
    for (let from = start; from < end;) {
      const day = table.sessionDay[from]!;
      let to = from + 1;
      while (to < end && table.sessionDay[to] === day) to++;
      days.push({ symbol, day, start: from, end: to });
      from = to;
    }
  }
  return days;
}

/** Most frequent value. */
function mode(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 0;
}

/**
 * Whether a file's clock is the exchange's: the first and last bars of most sessions against the calendar. Asked before INGEST, which
 * would set the rows outside the session aside one by one. Rows may stand in any order.
 */
export function checkClock(table: BarTable, calendar: ExchangeCalendar, barMinutes: number): QualityIssue[] {
  const { openMinute, sessionDay, symbolIndex, symbols } = table;
  if (openMinute === null || barMinutes === 0) return [];
  const bounds = new Map<number, [first: number, last: number]>();
  for (let row = 0; row < openMinute.length; row++) {
    const key = sessionDay[row]! * symbols.length + symbolIndex[row]!;
    const minute = openMinute[row]!;
    const held = bounds.get(key);
    if (held === undefined) bounds.set(key, [minute, minute]);
    else {
      if (minute < held[0]) held[0] = minute;
      if (minute > held[1]) held[1] = minute;
    }
  }
  const hours = makeSessionMinutes(calendar);
  const firsts: number[] = [];
  const lasts: number[] = [];
  for (const [key, [first, last]] of bounds) {
    const day = Math.floor(key / symbols.length);
    const session = hours(day);
    if (session === undefined) continue;
    firsts.push(first - session.open);
    lasts.push(session.phases.some(({ close }) => close === last) ? 0 : last - session.close);
  }
  const [first, last] = [mode(firsts), mode(lasts)];
  // Of a few sessions only a whole one, moved as a whole, is no chance.
  const isMoved = Math.abs(first) >= MOVED_MINUTES && Math.abs(last + barMinutes - first) < barMinutes;
  if (firsts.length === 0 || (firsts.length < MIN_SESSIONS && !isMoved)) return [];
  const values = { firstBar: first, lastBar: last, barMinutes };
  // The last bar of a session opens before the close; one that stands at the close is stamped at its end.
  if (first === barMinutes && last === 0) {
    const message = `bars are stamped at their end: the first of a session ${barMinutes} min after the open, the last at the close`;
    return [{ code: 'end_stamped', message, values }];
  }
  if (first <= -barMinutes || last >= barMinutes) {
    const message = `most sessions begin ${first} min from the open and end ${last} min from the close: another time zone`;
    return [{ code: 'shifted_clock', message, values }];
  }
  return [];
}

const MIN_SESSIONS = 3;
/** No time zone differs by less. */
const MOVED_MINUTES = 30;

function checkCoverage(
  table: BarTable,
  days: readonly DayRows[],
  hours: SessionMinutes,
  { calendar, barMinutes }: MinuteContext,
): QualityIssue[] {
  const issues: QualityIssue[] = [];
  const fileDays = new Set(days.map(({ day }) => day));
  const firstDay = Math.min(...fileDays);
  const lastDay = Math.max(...fileDays);
  for (let day = firstDay; day <= lastDay; day++) {
    if (calendar.isSessionDay[day - calendar.firstDay] !== 1 || fileDays.has(day)) continue;
    const message = `no intraday bar of ${fromEpochDay(day)} is in the file, a session between its first and its last`;
    issues.push({ code: 'missing_session', day, message });
  }
  const bySymbol = Map.groupBy(days, ({ symbol }) => symbol);
  for (const [symbol, own] of bySymbol) {
    const span = { symbol, day: own[0]!.day, toDay: own.at(-1)!.day };
    const missingDays = [...fileDays].filter((day) => !own.some((entry) => entry.day === day)).sort((a, b) => a - b);
    if (missingDays.length > 0) {
      const inside = missingDays.filter((day) => day > span.day && day < span.toDay).map((day) => fromEpochDay(day));
      const shown =
        inside.length === 0 ? '' : `, none on ${inside.slice(0, 5).join(', ')}${inside.length > 5 ? ' …' : ''}`;
      const range = `${fromEpochDay(span.day)} to ${fromEpochDay(span.toDay)}`;
      const message = `${symbol} has bars on ${own.length} of ${fileDays.size} days of the file: ${range}${shown}`;
      issues.push({ code: 'short_coverage', ...span, message, values: { days: own.length, of: fileDays.size } });
    }
    let late = 0;
    let missing = 0;
    let expected = 0;
    let zero = 0;
    let rows = 0;
    let worst = 0;
    for (const { day, start, end } of own) {
      const session = hours(day);
      if (session === undefined) continue;
      const delay = table.openMinute![start]! - session.open;
      if (delay >= Math.max(LATE_MINUTES, barMinutes)) {
        late++;
        worst = Math.max(worst, delay);
      }
      const bars = hoursOfShare(session, table.openMinute!.subarray(start, end), barMinutes).continuousBars;
      expected += bars;
      missing += Math.max(0, bars - (end - start));
      for (let row = start; row < end; row++) if (table.volumeShares[row] === 0) zero++;
      rows += end - start;
    }
    if (late > 0) {
      const message = `${late} of ${own.length} sessions of ${symbol} begin late, up to ${worst} min after the open`;
      issues.push({ code: 'late_first_bar', ...span, message, values: { sessions: late, of: own.length, worst } });
    }
    if (missing > 0.02 * expected) {
      const message = `${missing} of ${expected} ${barMinutes}-minute bars of ${symbol} are missing inside its sessions`;
      issues.push({ code: 'missing_minutes', ...span, message, values: { missing, expected } });
    }
    if (zero > 0.05 * rows) {
      const message = `${symbol} has no volume on ${zero} of ${rows} bars`;
      issues.push({ code: 'zero_volume', ...span, message, values: { bars: rows, zero } });
    }
  }
  return issues;
}

function checkDaily(table: BarTable, days: readonly DayRows[], { daily }: MinuteContext): QualityIssue[] {
  if (daily === undefined) return [];
  const issues: QualityIssue[] = [];
  for (const [symbol, own] of Map.groupBy(days, (entry) => entry.symbol)) {
    const official = daily.get(symbol);
    if (official === undefined) continue;
    const rowOf = new Map(Array.from(official.sessionDay, (day, row) => [day, row]));
    const wrong = { close: 0, range: 0, volume: 0 };
    let compared = 0;
    for (const { day, start, end } of own) {
      const row = rowOf.get(day);
      if (row === undefined) continue;
      compared++;
      let high = -Infinity;
      let low = Infinity;
      let volume = 0;
      for (let i = start; i < end; i++) {
        high = Math.max(high, table.high[i]!);
        low = Math.min(low, table.low[i]!);
        volume += table.volumeShares[i]!;
      }
      const off = (value: number, exact: number, tolerance: number): number =>
        Math.abs(value / exact - 1) > tolerance ? 1 : 0;
      wrong.close += off(table.close[end - 1]!, official.close[row]!, CLOSE_TOLERANCE);
      wrong.range +=
        off(high, official.high[row]!, RANGE_TOLERANCE) || off(low, official.low[row]!, RANGE_TOLERANCE) ? 1 : 0;
      wrong.volume += off(volume, official.volumeShares[row]!, VOLUME_TOLERANCE);
    }
    if (wrong.close + wrong.range + wrong.volume === 0) continue;
    const message =
      `of ${compared} days of ${symbol}, ${wrong.close} close, ${wrong.range} high or low and ${wrong.volume} volume ` +
      "differ from the exchange's daily bar, which counts";
    issues.push({ code: 'minute_daily_mismatch', symbol, message, values: { compared, ...wrong } });
  }
  return issues;
}
