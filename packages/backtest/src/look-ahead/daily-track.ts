import { fromEpochDay, lowerBound } from '@aion/core';
import { computeAsKnown, dailySeries, makeReferences, type FeatureValues } from '@aion/features';
import { closedCount, toMonthly, toWeekly, type CorporateAction, type DailyBars, type PeriodBars } from '@aion/market';
import type { Series } from '@aion/features';
import type { LookAheadMarket } from './market.ts';
import { stretchesOf, valuesByStretch, type Track } from './track.ts';

/** Days of an instrument's own actions that change prices, ascending. */
export function exDaysOf(market: LookAheadMarket, symbol: string): number[] {
  return market.actions
    .filter((action) => action.symbol === symbol && action.kind !== 'dividend')
    .map(({ exDay }) => exDay)
    .sort((a, b) => a - b);
}

/** Daily bars: the last `sessions` of an instrument. */
export function dailyTrack(market: LookAheadMarket, raw: DailyBars, sessions: number): Track {
  const bars = lastRows(raw, sessions);
  const actions = market.actions.filter(({ symbol }) => symbol === raw.symbol);
  return {
    symbol: raw.symbol,
    timeframe: '1D',
    bars: bars.sessionDay.length,
    whole(engine): FeatureValues {
      const references = makeReferences(market.calendar, market.referencesKnownAt(Infinity));
      const values = computeAsKnown(engine, bars, { actions, references });
      return Object.fromEntries(Object.entries(values).map(([name, column]) => [name, column.slice()]));
    },
    cutAt: (bar) => dailySeriesAt(market, bars, actions, bars.sessionDay[bar]!),
    labelOf: (bar) => fromEpochDay(bars.sessionDay[bar]!),
    exDateBars: besideDays(bars.sessionDay, exDaysOf(market, raw.symbol)),
    holidayBars: besideHolidays(bars.sessionDay, market),
  };
}

/** Weeks or months of an instrument's whole history. */
export function periodTrack(market: LookAheadMarket, raw: DailyBars, timeframe: '1W' | '1M'): Track {
  const resample = timeframe === '1W' ? toWeekly : toMonthly;
  const actions = market.actions.filter(({ symbol }) => symbol === raw.symbol);
  const frame = resample(raw, market.calendar);
  const closed = closedCount(frame, raw.sessionDay.at(-1) ?? 0);
  const knownDay = frame.knownDay.subarray(0, closed);
  /** Longer bars that had closed by a day, of daily bars as they were adjusted then. */
  const seriesAt = (
    daily: DailyBars,
    asOfDay: number,
    known: readonly CorporateAction[],
    referenceDay: number,
  ): Series => {
    const references = makeReferences(market.calendar, market.referencesKnownAt(referenceDay));
    return periodSeries(dailySeriesOf(daily, asOfDay, known), asOfDay, referenceDay, market, references, resample);
  };
  return {
    symbol: raw.symbol,
    timeframe,
    bars: closed,
    whole: (engine) =>
      valuesByStretch(engine, closed, stretchesOf(knownDay, exDaysOf(market, raw.symbol)), (asOfDay) =>
        seriesAt(raw, asOfDay, actions, Infinity),
      ),
    cutAt(bar) {
      const day = knownDay[bar]!;
      return seriesAt(rowsUpTo(raw, day), day, knownActions(actions, day), day);
    },
    labelOf: (bar) => `${timeframe === '1W' ? 'week' : 'month'} to ${fromEpochDay(frame.lastDay[bar]!)}`,
    exDateBars: besideDays(knownDay, exDaysOf(market, raw.symbol)),
    holidayBars: [...knownDay.keys()].filter((bar) => isWeekdayClosed(market, knownDay[bar]! + 1)),
  };
}

function dailySeriesAt(
  market: LookAheadMarket,
  bars: DailyBars,
  actions: readonly CorporateAction[],
  day: number,
): Series {
  const references = makeReferences(market.calendar, market.referencesKnownAt(day));
  return dailySeries(rowsUpTo(bars, day), day, { actions: knownActions(actions, day), references });
}

function dailySeriesOf(bars: DailyBars, asOfDay: number, actions: readonly CorporateAction[]): DailyBars {
  const nothing = { on: () => ({}), hashUpTo: () => '' };
  const { open, high, low, close, volumeShares, sessionDay } = dailySeries(bars, asOfDay, {
    actions,
    references: nothing,
  });
  return { symbol: bars.symbol, open, high, low, close, volumeShares, sessionDay };
}

function periodSeries(
  daily: DailyBars,
  asOfDay: number,
  referenceDay: number,
  market: LookAheadMarket,
  references: ReturnType<typeof makeReferences>,
  resample: (bars: DailyBars, calendar: LookAheadMarket['calendar']) => PeriodBars,
): Series {
  const frame = resample(daily, market.calendar);
  const count = closedCount(frame, referenceDay === Infinity ? asOfDay : referenceDay);
  const cut = <T extends Float64Array | Int32Array>(column: T): T => column.subarray(0, count) as T;
  const sessionDay = cut(frame.lastDay);
  return {
    open: cut(frame.open),
    high: cut(frame.high),
    low: cut(frame.low),
    close: cut(frame.close),
    volumeShares: cut(frame.volumeShares),
    sessionDay,
    openMinute: null,
    references: references.on(sessionDay),
  };
}

const knownActions = (actions: readonly CorporateAction[], day: number): CorporateAction[] =>
  actions.filter(({ exDay }) => exDay <= day);

export function rowsUpTo(raw: DailyBars, day: number): DailyBars {
  let count = raw.sessionDay.length;
  while (count > 0 && raw.sessionDay[count - 1]! > day) count--;
  return rows(raw, 0, count);
}

const lastRows = (raw: DailyBars, count: number): DailyBars =>
  rows(raw, Math.max(0, raw.sessionDay.length - count), raw.sessionDay.length);

function rows(raw: DailyBars, from: number, to: number): DailyBars {
  return {
    symbol: raw.symbol,
    sessionDay: raw.sessionDay.slice(from, to),
    open: raw.open.slice(from, to),
    high: raw.high.slice(from, to),
    low: raw.low.slice(from, to),
    close: raw.close.slice(from, to),
    volumeShares: raw.volumeShares.slice(from, to),
  };
}

/** The last bar before each day, the first on or after it, and the one behind that. */
export function besideDays(barDay: Int32Array, days: readonly number[]): number[] {
  const found = days.flatMap((day) => {
    const first = lowerBound(barDay, day);
    return first === barDay.length ? [] : [first - 1, first, first + 1];
  });
  return [...new Set(found)].filter((bar) => bar >= 0 && bar < barDay.length);
}

function besideHolidays(barDay: Int32Array, market: LookAheadMarket): number[] {
  return [...barDay.keys()].filter(
    (bar) => isWeekdayClosed(market, barDay[bar]! + 1) || isWeekdayClosed(market, barDay[bar]! - 1),
  );
}

function isWeekdayClosed({ calendar }: LookAheadMarket, day: number): boolean {
  const weekday = (day + 3) % 7;
  return weekday < 5 && day >= calendar.firstDay && calendar.isSessionDay[day - calendar.firstDay] === 0;
}
