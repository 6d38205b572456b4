import { type Exchange, AppError, type Rng, type SessionDate, fromEpochDay, sha256Hex, toEpochDay } from '@aion/core';
import { type BarTable, type DailyBars, makeBarTable, openTimeMsOf, toBarTable } from '../bars.ts';
import { type ExchangeCalendar, loadCalendar } from '../calendar.ts';
import { type CorporateAction, saveActions } from '../actions/index.ts';
import { saveInstruments } from '../instruments.ts';
import { type Instrument } from '../instrument.ts';
import { commitBars } from '../lake/commit.ts';
import type { LakeManifest, LakePorts } from '../lake/manifest.ts';
import { saveOrigin, withOrigin } from '../lake/origins.ts';
import { takeRows } from '../table-order.ts';
import { type SessionHours, hoursOf, writeHourlyBars } from './hourly-path.ts';
import { makeInstrumentPath } from './instrument-path.ts';
import { type MarketPath, type SimulatedRegime, makeMarketPath } from './market-path.ts';
import { SECTORS, isinAt, nameOf, symbolAt } from './names.ts';

export interface SimulationOptions {
  readonly rng: Rng;
  readonly symbols: number;
  readonly sessions: number;
  /** The last session. */
  readonly asOf: SessionDate;
  /** How many of the last sessions also get hourly bars. */
  readonly hourlySessions?: number;
  readonly market?: Exchange;
}

export interface SimulatedMarket {
  readonly instruments: readonly Instrument[];
  readonly daily: BarTable;
  readonly hourly: BarTable;
  /** NIFTY50 and INDIA_VIX. */
  readonly index: BarTable;
  readonly actions: readonly CorporateAction[];
  /** The market's true state on each session, for tests. */
  readonly regimes: readonly SimulatedRegime[];
}

const HOURLY_SESSIONS = 30;
const FIRST_INDEX_LEVEL = 18_000;

/**
 * An invented market with the habits of NSE: regimes, sectors, volatility clusters, jumps, splits, halts, listings and
 * delistings. Equal generators give equal bytes, and an instrument's bars do not depend on how many others there are.
 *
 * @example simulateMarket({ rng: makeRng('demo'), symbols: 2000, sessions: 500, asOf: '2026-02-27' })
 */
export function simulateMarket(options: SimulationOptions): SimulatedMarket {
  const { rng, symbols, sessions, asOf } = options;
  const calendar = loadCalendar(options.market ?? 'NSE');
  if (!calendar.isSession(asOf)) {
    throw new AppError('bad_input', `${asOf} is no session of ${calendar.exchange}; give the date of one`);
  }
  const last = calendar.sessionDays.indexOf(toEpochDay(asOf));
  if (last + 1 < sessions) {
    throw new AppError('bad_input', `the calendar has ${last + 1} sessions up to ${asOf}, ${sessions} were asked for`);
  }
  const days = calendar.sessionDays.subarray(last + 1 - sessions, last + 1);
  const path = makeMarketPath(rng, sessions);
  const instruments: Instrument[] = [];
  const actions: CorporateAction[] = [];
  const daily: DailyBars[] = [];
  const randomOf = new Map<string, Rng>();
  for (let index = 0; index < symbols; index++) {
    const symbol = symbolAt(index);
    const own = rng.fork(`instrument/${index}`);
    const made = makeInstrumentPath(own, symbol, path, days);
    instruments.push({
      symbol,
      series: 'EQ',
      isin: isinAt(index),
      name: nameOf(symbol, made.sector),
      sector: SECTORS[made.sector]!,
    });
    actions.push(...made.actions);
    daily.push(made.bars);
    randomOf.set(symbol, own.fork('hourly'));
  }
  const table = toBarTable(daily);
  const hourlyDays = days.subarray(Math.max(sessions - (options.hourlySessions ?? HOURLY_SESSIONS), 0));
  return {
    instruments,
    daily: table,
    hourly: makeHourly(table, hourlyDays, calendar, randomOf),
    index: makeIndexBars(rng.fork('index'), path, days),
    actions,
    regimes: path.regime,
  };
}

/** The bars of a market from one day to another, both included; its instruments and actions are whole, since actions are announced ahead. */
export function simulatedBetween(market: SimulatedMarket, fromDay: number, toDay: number): SimulatedMarket {
  const cut = (table: BarTable): BarTable => {
    const rows: number[] = [];
    for (let row = 0; row < table.sessionDay.length; row++)
      if (table.sessionDay[row]! >= fromDay && table.sessionDay[row]! <= toDay) rows.push(row);
    return takeRows(table, Int32Array.from(rows));
  };
  return { ...market, daily: cut(market.daily), hourly: cut(market.hourly), index: cut(market.index) };
}

/** Stores a simulated market in the lake, all of it: bars, actions and instruments. */
export async function storeSimulatedMarket(
  ports: LakePorts,
  market: Exchange,
  simulated: SimulatedMarket,
): Promise<LakeManifest> {
  await saveInstruments(ports, market, simulated.instruments);
  await saveActions(ports, market, simulated.actions, { source: 'simulator', recordedMs: 0 });
  const { sessionDay } = simulated.daily;
  const what = `${simulated.instruments.length} symbols, ${sessionDay.length} bars up to day ${sessionDay.at(-1) ?? 0}`;
  const origin = await saveOrigin(ports.items, market, {
    source: 'simulator',
    name: 'the simulated market',
    sha256: sha256Hex(what),
    importedMs: 0,
  });
  await commitBars(ports, market, 'index', withOrigin(simulated.index, origin));
  await commitBars(ports, market, 'hourly', withOrigin(simulated.hourly, origin));
  return (await commitBars(ports, market, 'daily', withOrigin(simulated.daily, origin))).manifest;
}

function makeHourly(
  daily: BarTable,
  days: Int32Array,
  calendar: ExchangeCalendar,
  randomOf: ReadonlyMap<string, Rng>,
): BarTable {
  const hours = new Map<number, SessionHours>();
  for (const day of days) hours.set(day, sessionHours(calendar, day));
  const rows: number[] = [];
  let total = 0;
  daily.sessionDay.forEach((day, row) => {
    const session = hours.get(day);
    if (session === undefined) return;
    rows.push(row);
    total += session.openMinutes.length;
  });
  const table = makeBarTable(daily.symbols, total, true);
  let at = 0;
  for (const row of rows) {
    const day = daily.sessionDay[row]!;
    const session = hours.get(day)!;
    const bar = {
      open: daily.open[row]!,
      high: daily.high[row]!,
      low: daily.low[row]!,
      close: daily.close[row]!,
      volumeShares: daily.volumeShares[row]!,
    };
    const rng = randomOf.get(daily.symbols[daily.symbolIndex[row]!]!)!;
    writeHourlyBars(rng, bar, session, table, at, daily.symbolIndex[row]!, day);
    at += session.openMinutes.length;
  }
  return table;
}

function sessionHours(calendar: ExchangeCalendar, day: number): SessionHours {
  const session = calendar.session(fromEpochDay(day));
  if (session.kind === 'closed') return { openMinutes: [], shares: [] };
  const midnight = openTimeMsOf(day, 0, calendar);
  return hoursOf((session.openMs - midnight) / 60_000, (session.closeMs - midnight) / 60_000);
}

/** The index follows the market's returns; the fear index is its yearly volatility in percent, quick to rise. */
function makeIndexBars(rng: Rng, path: MarketPath, days: Int32Array): BarTable {
  const round = (value: number): number => Math.round(value * 100) / 100;
  const build = (symbol: string, levels: Float64Array, reach: (day: number) => number): DailyBars => {
    const bars = {
      symbol,
      sessionDay: days.slice(),
      open: new Float64Array(days.length),
      high: new Float64Array(days.length),
      low: new Float64Array(days.length),
      close: new Float64Array(days.length),
      volumeShares: new Float64Array(days.length),
    };
    for (let day = 0; day < days.length; day++) {
      const before = day === 0 ? levels[0]! : levels[day - 1]!;
      bars.open[day] = round(before * (1 + 0.2 * reach(day) * rng.normal()));
      bars.close[day] = round(levels[day]!);
      const [top, bottom] = [Math.max(bars.open[day]!, bars.close[day]!), Math.min(bars.open[day]!, bars.close[day]!)];
      bars.high[day] = round(top * (1 + 0.4 * reach(day) * Math.abs(rng.normal())));
      bars.low[day] = round(bottom * (1 - 0.4 * reach(day) * Math.abs(rng.normal())));
    }
    return bars;
  };
  const level = new Float64Array(days.length);
  const fear = new Float64Array(days.length);
  let last = FIRST_INDEX_LEVEL;
  for (let day = 0; day < days.length; day++) {
    last *= 1 + path.returnFrac[day]!;
    level[day] = last;
    fear[day] = Math.min(Math.max(path.volFrac[day]! * Math.sqrt(252) * 100 * 1.15, 9), 85);
  }
  return toBarTable([build('NIFTY50', level, (day) => path.volFrac[day]!), build('INDIA_VIX', fear, () => 0.04)]);
}
