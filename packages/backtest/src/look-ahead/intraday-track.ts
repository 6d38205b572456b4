import { lowerBound } from '@aion/core';
import type { Series } from '@aion/features';
import {
  closedCountAt,
  toSessionBars,
  withKnownTimes,
  type ExchangeCalendar,
  type IntradayBars,
  type KnownIntradayBars,
} from '@aion/market';
import { adjustHourly, fourHourOf } from '@aion/pipeline';
import { besideDays, exDaysOf } from './daily-track.ts';
import { SERIES_REFERENCES, type LookAheadMarket } from './market.ts';
import { stretchesOf, valuesByStretch, type Timeframe, type Track } from './track.ts';

type IntradayTimeframe = Extract<Timeframe, '4H' | '1H' | '5m' | '1m'>;

/**
 * Intraday bars of an instrument, from raw bars of an hour or a minute. Another instrument's bars of the same instants stand for the index: what
 * matters here is that it is cut where the others are.
 */
export function intradayTrack(
  market: LookAheadMarket,
  raw: IntradayBars,
  index: IntradayBars,
  timeframe: IntradayTimeframe,
): Track {
  const { calendar } = market;
  const actions = market.actions.filter(({ symbol }) => symbol === raw.symbol);
  const framesAt = (bars: IntradayBars, asOfDay: number, nowMs: number, known = actions): KnownIntradayBars => {
    const base = adjustHourly(bars, known, asOfDay, calendar, nowMs).bars;
    if (timeframe === '4H') return fourHourOf(base, calendar, nowMs);
    if (timeframe !== '5m') return base;
    const five = toSessionBars(base, 5, calendar);
    return firstBars(five, closedCountAt(five, nowMs));
  };
  const everything = framesAt(raw, Infinity, Infinity);
  const dayOf = (ms: number): number => Math.floor(calendar.localMinutesAt(ms) / 1440);
  const barDay = Int32Array.from(everything.openTimeMs, dayOf);
  const seriesOf = (bars: KnownIntradayBars, others: IntradayBars): Series => ({
    open: bars.open,
    high: bars.high,
    low: bars.low,
    close: bars.close,
    volumeShares: bars.volumeShares,
    sessionDay: Int32Array.from(bars.openTimeMs, dayOf),
    openMinute: Int32Array.from(bars.openTimeMs, (ms) => calendar.localMinutesAt(ms) % 1440),
    references: referencesAt(bars, others, calendar),
  });
  return {
    symbol: raw.symbol,
    timeframe,
    bars: everything.openTimeMs.length,
    whole: (engine) =>
      valuesByStretch(engine, barDay.length, stretchesOf(barDay, exDaysOf(market, raw.symbol)), (asOfDay) =>
        seriesOf(framesAt(raw, asOfDay, Infinity), index),
      ),
    cutAt(bar) {
      const nowMs = everything.knownMs[bar]!;
      const known = actions.filter(({ exDay }) => exDay <= barDay[bar]!);
      return seriesOf(framesAt(openedBefore(raw, nowMs), barDay[bar]!, nowMs, known), openedBefore(index, nowMs));
    },
    labelOf: (bar) =>
      new Intl.DateTimeFormat('sv-SE', { timeZone: calendar.timeZone, dateStyle: 'short', timeStyle: 'short' }).format(
        everything.openTimeMs[bar]!,
      ),
    exDateBars: besideDays(barDay, exDaysOf(market, raw.symbol)),
    holidayBars: [...barDay.keys()].filter(
      (bar) => barDay[bar + 1] !== undefined && barDay[bar + 1]! - barDay[bar]! > 1,
    ),
  };
}

/** One column stands for all: what matters is that it ends where the others do. */
function referencesAt(
  bars: KnownIntradayBars,
  others: IntradayBars,
  calendar: ExchangeCalendar,
): Record<string, Float64Array> {
  const closes = closesAt(bars, others, calendar);
  return Object.fromEntries(SERIES_REFERENCES.map((name) => [name, closes]));
}

/** The other's newest close at the opening instant of each bar's last base bar or before; its own bar of the same instant where sizes agree. */
function closesAt(bars: KnownIntradayBars, others: IntradayBars, calendar: ExchangeCalendar): Float64Array {
  const closes = new Float64Array(bars.openTimeMs.length).fill(Number.NaN);
  // The last bar of a session may be a short one.
  const { knownMs } = withKnownTimes(others, calendar);
  let at = -1;
  for (let i = 0; i < closes.length; i++) {
    while (at + 1 < others.openTimeMs.length && knownMs[at + 1]! <= bars.knownMs[i]!) at++;
    if (at >= 0 && others.openTimeMs[at]! >= bars.openTimeMs[i]!) closes[i] = others.close[at]!;
  }
  return closes;
}

/** Raw bars that had opened before an instant: later ones do not exist yet. */
function openedBefore(raw: IntradayBars, ms: number): IntradayBars {
  const end = lowerBound(raw.openTimeMs, ms);
  return end === raw.openTimeMs.length ? raw : firstBars(raw, end);
}

const firstBars = <T extends IntradayBars>(bars: T, count: number): T => rowsOf(bars, 0, count);

export const lastBars = (bars: IntradayBars, count: number): IntradayBars =>
  rowsOf(bars, Math.max(0, bars.openTimeMs.length - count), bars.openTimeMs.length);

function rowsOf<T extends IntradayBars>(bars: T, from: number, to: number): T {
  const cut = Object.entries(bars).map(([name, value]) => [
    name,
    value instanceof Float64Array ? value.slice(from, to) : value,
  ]);
  return Object.fromEntries(cut) as T;
}
