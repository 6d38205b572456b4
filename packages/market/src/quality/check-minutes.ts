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
