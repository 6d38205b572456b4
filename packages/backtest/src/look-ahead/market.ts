import { fromEpochDay, toEpochDay, type Rng, type SessionDate } from '@aion/core';
import {
  loadCalendar,
  simulateMarket,
  sliceDailyBars,
  symbolRuns,
  type CorporateAction,
  type DailyBars,
  type ExchangeCalendar,
  type IntradayBars,
} from '@aion/market';
import { PERIOD_CLOSES, REFERENCE_NAMES, type ReferenceSeries } from '@aion/features';
import { simulatedRecords } from './simulated-records.ts';
import { referenceMarketOf, type ReferenceMarket } from './reference-market.ts';

/** What a look-ahead check cuts the future off of: raw bars, and all that stands beside them. */
export interface LookAheadMarket {
  readonly calendar: ExchangeCalendar;
  readonly daily: readonly DailyBars[];
  readonly actions: readonly CorporateAction[];
  /** The series that references are made of, as they were known at the end of a day; `Infinity`: everything there is. */
  readonly referencesKnownAt: (day: number) => Readonly<Record<string, ReferenceSeries>>;
  /** Raw bars of an hour and of a minute. */
  readonly hourly: readonly IntradayBars[];
  readonly minute: readonly IntradayBars[];
  readonly simulated: boolean;
  /** What references are made of by the product's own builders. */
  readonly beside: ReferenceMarket;
}

/** As many as the calendar has before: windows of 252 months need them. */
const SESSIONS = 7200;
const CALENDAR_REFERENCES: readonly string[] = Object.values(PERIOD_CLOSES);
/** References that are made of series, not of the calendar. */
export const SERIES_REFERENCES: readonly string[] = REFERENCE_NAMES.filter(
  (name) => !CALENDAR_REFERENCES.includes(name),
);
const REFERENCE_SESSIONS = 700;
const MINUTE_SESSIONS = 12;
const HOURLY_SESSIONS = 400;

/**
 * An invented market with ex-dates, holidays, halts and short sessions, long enough for months. Instruments that had a split come first: an ex-date
 * is where most leaks show.
 */
export function simulatedLookAheadMarket(rng: Rng, asOf: SessionDate = '2025-11-07'): LookAheadMarket {
  const calendar = loadCalendar('NSE');
  const made = simulateMarket({ rng, symbols: 14, sessions: SESSIONS, asOf, hourlySessions: 0 });
  const all = symbolRuns(made.daily).map(({ start, end }) => sliceDailyBars(made.daily, start, end));
  const split = new Set(made.actions.filter(({ kind }) => kind === 'split_or_bonus').map(({ symbol }) => symbol));
  const daily = all
    .filter(({ sessionDay }) => sessionDay.at(-1) === toEpochDay(asOf) && sessionDay.length > 0.7 * SESSIONS)
    .sort((a, b) => Number(split.has(b.symbol)) - Number(split.has(a.symbol)) || (a.symbol < b.symbol ? -1 : 1))
    .slice(0, 8);
  // Intraday bars are of the last sessions only: some of those get an ex-date too. That raw prices do not fall there does not matter here.
  const lateSplits = daily.slice(0, 4).map(({ symbol, sessionDay }, at): CorporateAction => ({
    symbol,
    exDay: sessionDay.at(-2 - at)!,
    kind: 'split_or_bonus',
    value: 2,
  }));
  const actions = [...made.actions, ...lateSplits];
  const actionsOf = new Map<string, CorporateAction[]>();
  for (const action of actions) actionsOf.set(action.symbol, [...(actionsOf.get(action.symbol) ?? []), action]);
  const lastDay = toEpochDay(asOf);
  const symbols = daily.map(({ symbol }) => symbol);
  const records = simulatedRecords(rng.fork('records'), symbols, lastDay - 1.5 * REFERENCE_SESSIONS, lastDay);
  // Half of the instruments in each of two sectors, so that each sector has members enough.
  const instruments = new Map(
    made.instruments.map((instrument, at) => [instrument.symbol, { ...instrument, sector: at % 2 === 0 ? 'A' : 'B' }]),
  );
  const index = symbolRuns(made.index).map(({ start, end }) => sliceDailyBars(made.index, start, end));
  const series = Object.fromEntries(SERIES_REFERENCES.map((name, at) => [name, all[all.length - 1 - (at % 5)]!]));
  return {
    calendar,
    daily,
    actions,
    referencesKnownAt: (day) => upTo(series, day),
    hourly: daily.map((bars) => walk(rng.fork(`hourly/${bars.symbol}`), bars, calendar, 60, HOURLY_SESSIONS)),
    minute: daily.map((bars) => walk(rng.fork(`minute/${bars.symbol}`), bars, calendar, 1, MINUTE_SESSIONS)),
    simulated: true,
    beside: referenceMarketOf({ calendar, daily, actions: actionsOf }, index, instruments, records, REFERENCE_SESSIONS),
  };
}

/** Only what the series say of days up to `day`. */
export function upTo(
  series: Readonly<Record<string, ReferenceSeries>>,
  day: number,
): Readonly<Record<string, ReferenceSeries>> {
  if (day === Infinity) return series;
  return Object.fromEntries(
    Object.entries(series).map(([name, { sessionDay, close }]) => {
      let count = sessionDay.length;
      while (count > 0 && sessionDay[count - 1]! > day) count--;
      return [name, { sessionDay: sessionDay.subarray(0, count), close: close.subarray(0, count) }];
    }),
  );
}

/** Intraday bars of an instrument's last sessions, each session from its own open to its own close, with quiet bars and minutes left out. */
function walk(
  rng: Rng,
  daily: DailyBars,
  calendar: ExchangeCalendar,
  barMinutes: number,
  sessions: number,
): IntradayBars {
  const rows: number[][] = [];
  const from = Math.max(0, daily.sessionDay.length - sessions);
  for (let at = from; at < daily.sessionDay.length; at++) {
    const session = calendar.session(fromEpochDay(daily.sessionDay[at]!));
    if (session.kind === 'closed') continue;
    let price = daily.open[at]!;
    for (let openMs = session.openMs; openMs < session.closeMs; openMs += barMinutes * 60_000) {
      if (rng.int(60) === 0) continue;
      const close = tick(price * (1 + 0.002 * Math.sqrt(barMinutes) * rng.normal()));
      const high = tick(Math.max(price, close) * (1 + 0.001 * Math.abs(rng.normal())));
      const low = tick(Math.min(price, close) * (1 - 0.001 * Math.abs(rng.normal())));
      rows.push([openMs, price, high, low, close, rng.int(30) === 0 ? 0 : 1 + rng.int(5000)]);
      price = close;
    }
  }
  const column = (place: number): Float64Array => Float64Array.from(rows, (row) => row[place]!);
  return {
    symbol: daily.symbol,
    barMinutes,
    openTimeMs: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volumeShares: column(5),
  };
}

const tick = (price: number): number => Math.max(0.05, Math.round(price * 20) / 20);
