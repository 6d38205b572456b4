import { fromEpochDay, type EpochMs } from '@aion/core';
import { sliceColumns, type BarColumns } from '@aion/features';
import {
  adjustDaily,
  closedCount,
  closedCountAt,
  toFourHour,
  toMonthly,
  toWeekly,
  withKnownTimes,
  type CorporateAction,
  type DailyBars,
  type ExchangeCalendar,
  type IntradayBars,
  type KnownIntradayBars,
} from '@aion/market';
import type { TimedBars, TimedFrames } from '../publication/chart-set.ts';
import { adjustedDay, columnsOf, type Panel } from './panel.ts';
import { memorySlot } from '../runner/run-memory.ts';
import type { StageContext } from '../runner/stage.ts';
import type { SymbolBars } from '../features/symbol-features.ts';

/** Hourly bars that have closed, adjusted with the actions known at the session. */
export interface ClosedHourly {
  readonly bars: KnownIntradayBars;
  readonly lastCloseTimeMs: EpochMs;
}

/** The timeframes that a process has built already, by panel and symbol. */
const framesIn = memorySlot(() => new WeakMap<Panel, Map<string, SymbolBars>>());

/** The timeframes of a panel's symbol, built once per process. */
export function rememberedTimeframes(context: StageContext, panel: Panel, raw: DailyBars): SymbolBars {
  const panels = framesIn(context.memory);
  const frames = panels.get(panel) ?? new Map<string, SymbolBars>();
  panels.set(panel, frames);
  const made = frames.get(raw.symbol) ?? timeframeBarsOf(panel, raw, context.ports.market.calendar);
  frames.set(raw.symbol, made);
  return made;
}

/** Every timeframe of one symbol as known at the close of the panel's session: higher bars count only once they have closed. */
export function timeframeBarsOf(panel: Panel, raw: DailyBars, calendar: ExchangeCalendar): SymbolBars {
  const frames = closedFrames(panel, raw, calendar);
  return {
    symbol: raw.symbol,
    bars: {
      month: frames.month.bars,
      week: frames.week.bars,
      day: frames.day.bars,
      fourHour: frames.fourHour?.bars ?? null,
      hour: frames.hour?.bars ?? null,
    },
  };
}

/** `timeframeBarsOf` with the times that charts show. */
export function timedFramesOf(panel: Panel, raw: DailyBars, calendar: ExchangeCalendar): TimedFrames {
  const { month, week, day, fourHour, hour } = closedFrames(panel, raw, calendar);
  return {
    M: month,
    W: week,
    D: day,
    ...(fourHour === undefined ? {} : { '4H': fourHour }),
    ...(hour === undefined ? {} : { '1H': hour }),
  };
}

function closedFrames(
  panel: Panel,
  raw: DailyBars,
  calendar: ExchangeCalendar,
): { month: TimedBars; week: TimedBars; day: TimedBars; fourHour?: TimedBars; hour?: TimedBars } {
  const day = adjustedDay(panel, raw);
  const dates = (days: Int32Array): string[] => Array.from(days, fromEpochDay);
  const period = (bars: ReturnType<typeof toWeekly>): TimedBars => {
    const count = closedCount(bars, panel.sessionDay);
    return { times: dates(bars.lastDay.subarray(0, count)), bars: sliceColumns(bars, 0, count) };
  };
  const frames = {
    month: period(toMonthly(day, calendar)),
    week: period(toWeekly(day, calendar)),
    day: { times: dates(day.sessionDay), bars: columnsOf(day) },
  };
  const hourly = panel.hourly.get(raw.symbol);
  const session = calendar.session(fromEpochDay(panel.sessionDay));
  if (hourly === undefined || session.kind === 'closed') return frames;
  const closed = adjustHourly(hourly, panel.actions.get(raw.symbol) ?? [], panel.sessionDay, calendar, session.closeMs);
  if (closed.bars.openTimeMs.length === 0) return frames;
  return { ...frames, hour: timed(closed.bars), fourHour: timed(fourHourOf(closed.bars, calendar, session.closeMs)) };
}

function timed(bars: KnownIntradayBars): TimedBars {
  return { times: Array.from(bars.openTimeMs, (ms) => ms / 1000), bars: columnsOf(bars) };
}

/** The hourly bars that had closed by `nowMs`, adjusted with the actions whose ex-date is not after `asOfDay`. */
export function adjustHourly(
  raw: IntradayBars,
  actions: readonly CorporateAction[],
  asOfDay: number,
  calendar: ExchangeCalendar,
  nowMs: EpochMs,
): ClosedHourly {
  const known = withKnownTimes(raw, calendar);
  const count = closedCountAt(known, nowMs);
  const bars = cutIntraday(known, count);
  // Row by row the factors are those of the row's session day, so the daily rule serves hourly rows as well.
  const sessionDay = Int32Array.from(bars.openTimeMs, (ms) => Math.floor(calendar.localMinutesAt(ms) / 1440));
  const adjusted = adjustDaily({ symbol: raw.symbol, sessionDay, ...columnsOf(bars) }, actions, asOfDay);
  return { bars: { ...bars, ...columnsOf(adjusted) }, lastCloseTimeMs: bars.knownMs.at(-1) ?? 0 };
}

/** 4-hour bars that had closed by `nowMs`. */
export function fourHourOf(hourly: IntradayBars, calendar: ExchangeCalendar, nowMs: EpochMs): KnownIntradayBars {
  const bars = toFourHour(hourly, calendar);
  return cutIntraday(bars, closedCountAt(bars, nowMs));
}

function cutIntraday(bars: KnownIntradayBars, count: number): KnownIntradayBars {
  const columns: BarColumns = sliceColumns(bars, 0, count);
  return {
    ...bars,
    ...columns,
    openTimeMs: bars.openTimeMs.subarray(0, count),
    knownMs: bars.knownMs.subarray(0, count),
  };
}
