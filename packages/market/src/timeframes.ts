import { AppError, DAY_MS, type EpochMs, MINUTE_MS, fromEpochDay } from '@aion/core';
import type { OhlcvColumn } from './bar-columns.ts';
import type { DailyBars, IntradayBars } from './bars.ts';
import type { ExchangeCalendar } from './calendar.ts';

/** Weekly or monthly bars of one instrument, oldest first. */
export interface PeriodBars {
  readonly symbol: string;
  readonly period: 'week' | 'month';
  /** Session days of the first and the last daily bar inside. */
  readonly firstDay: Int32Array;
  readonly lastDay: Int32Array;
  /** The exchange's last session of the period: at its close the bar is complete and may be used. */
  readonly knownDay: Int32Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volumeShares: Float64Array;
}

/** Intraday bars with the instant at which each is complete: its end, or the session's close when that is earlier. */
export interface KnownIntradayBars extends IntradayBars {
  readonly knownMs: Float64Array;
}

const FOUR_HOURS_MINUTES = 240;

/** The last calendar day of the period that a day is in. Epoch day 0 was a Thursday: day + 3 counts from a Monday. */
export const PERIOD_END: Readonly<Record<PeriodBars['period'], (day: number) => number>> = {
  week: (day) => day - ((day + 3) % 7) + 6,
  month: lastDayOfMonth,
};

/** Weekly bars, Monday to Sunday, so that a special session on a weekend belongs to the week it ends. */
export function toWeekly(bars: DailyBars, calendar: ExchangeCalendar): PeriodBars {
  return toPeriods(bars, 'week', calendar, PERIOD_END.week);
}

/** Bars of calendar months. */
export function toMonthly(bars: DailyBars, calendar: ExchangeCalendar): PeriodBars {
  return toPeriods(bars, 'month', calendar, PERIOD_END.month);
}

/** How many leading bars were complete at the close of a session day: those a value of that day may use. */
export function closedCount(bars: PeriodBars, asOfDay: number): number {
  let count = bars.knownDay.length;
  while (count > 0 && bars.knownDay[count - 1]! > asOfDay) count--;
  return count;
}

/** How many leading intraday bars were complete at an instant. */
export function closedCountAt(bars: KnownIntradayBars, nowMs: EpochMs): number {
  let count = bars.knownMs.length;
  while (count > 0 && bars.knownMs[count - 1]! > nowMs) count--;
  return count;
}

function lastDayOfMonth(day: number): number {
  const date = fromEpochDay(day);
  return Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)), 0) / DAY_MS;
}

function toPeriods(
  bars: DailyBars,
  period: PeriodBars['period'],
  calendar: ExchangeCalendar,
  endOf: (day: number) => number,
): PeriodBars {
  const starts: number[] = [];
  const ends: number[] = [];
  let end = -Infinity;
  bars.sessionDay.forEach((day, row) => {
    if (day <= end) return;
    end = endOf(day);
    starts.push(row);
    ends.push(end);
  });
  const groups = aggregate(bars, starts);
  return {
    symbol: bars.symbol,
    period,
    firstDay: Int32Array.from(starts, (row) => bars.sessionDay[row]!),
    lastDay: Int32Array.from(starts, (_, i) => bars.sessionDay[(starts[i + 1] ?? bars.sessionDay.length) - 1]!),
    knownDay: Int32Array.from(ends, (day) => lastSessionUpTo(day, calendar)),
    ...groups,
  };
}

/** The last session at or before the day. A period that reaches beyond the calendar is known at its own end only. */
export function lastSessionUpTo(day: number, calendar: ExchangeCalendar): number {
  if (day > calendar.lastDay) return day;
  let session = day;
  while (session > calendar.firstDay && calendar.isSessionDay[session - calendar.firstDay] !== 1) session--;
  return session;
}

type Prices = Pick<DailyBars, OhlcvColumn>;

/** One bar for each group of rows: from each start to its end, or to the next start. */
function aggregate(bars: Prices, starts: readonly number[], ends?: readonly number[]): Prices {
  const count = starts.length;
  const out = {
    open: new Float64Array(count),
    high: new Float64Array(count),
    low: new Float64Array(count),
    close: new Float64Array(count),
    volumeShares: new Float64Array(count),
  };
  for (let group = 0; group < count; group++) {
    const start = starts[group]!;
    const end = ends?.[group] ?? starts[group + 1] ?? bars.close.length;
    let high = bars.high[start]!;
    let low = bars.low[start]!;
    let volume = 0;
    for (let row = start; row < end; row++) {
      if (bars.high[row]! > high) high = bars.high[row]!;
      if (bars.low[row]! < low) low = bars.low[row]!;
      volume += bars.volumeShares[row]!;
    }
    out.open[group] = bars.open[start]!;
    out.high[group] = high;
    out.low[group] = low;
    out.close[group] = bars.close[end - 1]!;
    out.volumeShares[group] = volume;
  }
  return out;
}

/** Open and close of the session that an instant's date has; undefined when the exchange is closed then. */
function makeSessionHours(
  calendar: ExchangeCalendar,
): (ms: EpochMs) => { openMs: EpochMs; closeMs: EpochMs } | undefined {
  // The bars of a session follow one another: its hours are asked for once.
  let date: string | undefined;
  let hours: { openMs: EpochMs; closeMs: EpochMs } | undefined;
  return (ms) => {
    const asked = calendar.dateAt(ms);
    if (asked !== date) {
      const session = calendar.session(asked);
      hours = session.kind === 'closed' ? undefined : session;
      date = asked;
    }
    return hours;
  };
}

/** Hourly bars with the instants at which they are complete; the last one of an NSE session is 15 minutes long. */
export function withKnownTimes(bars: IntradayBars, calendar: ExchangeCalendar): KnownIntradayBars {
  const hoursAt = makeSessionHours(calendar);
  const knownMs = bars.openTimeMs.map((openMs) =>
    Math.min(openMs + bars.barMinutes * MINUTE_MS, hoursAt(openMs)?.closeMs ?? Infinity),
  );
  return { ...bars, knownMs };
}

/** 4-hour bars counted from each session's open: 09:15–13:15 and 13:15–close in a regular NSE session. */
export function toFourHour(bars: IntradayBars, calendar: ExchangeCalendar): KnownIntradayBars {
  return toSessionBars(bars, FOUR_HOURS_MINUTES, calendar);
}

/**
 * Intraday bars of a longer size, counted from each session's open and cut at its close: no bar spans two sessions, and the last one of a
 * session may be short. Bars outside a session are left out. A size that the bars do not divide would mix halves of them: it throws.
 */
export function toSessionBars(bars: IntradayBars, barMinutes: number, calendar: ExchangeCalendar): KnownIntradayBars {
  if (!Number.isInteger(barMinutes / bars.barMinutes) || barMinutes < 1) {
    throw new AppError(
      'bad_input',
      `bars of ${bars.barMinutes} minutes cannot be joined to bars of ${barMinutes}; choose a multiple`,
    );
  }
  const hoursAt = makeSessionHours(calendar);
  const sizeMs = barMinutes * MINUTE_MS;
  const starts: number[] = [];
  const ends: number[] = [];
  const openTimes: number[] = [];
  const known: number[] = [];
  let end = -Infinity;
  bars.openTimeMs.forEach((openMs, row) => {
    const hours = hoursAt(openMs);
    if (hours === undefined || openMs < hours.openMs || openMs >= hours.closeMs) return;
    if (openMs >= end) {
      const blockMs = hours.openMs + Math.floor((openMs - hours.openMs) / sizeMs) * sizeMs;
      end = Math.min(blockMs + sizeMs, hours.closeMs);
      starts.push(row);
      ends.push(row + 1);
      openTimes.push(blockMs);
      known.push(end);
    } else {
      ends[ends.length - 1] = row + 1;
    }
  });
  return {
    symbol: bars.symbol,
    barMinutes,
    openTimeMs: Float64Array.from(openTimes),
    knownMs: Float64Array.from(known),
    ...aggregate(bars, starts, ends),
  };
}
