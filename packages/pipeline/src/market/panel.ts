import { AppError, makeHasher, toEpochDay, type SessionDate } from '@aion/core';
import { INTRADAY_SESSIONS, type BarColumns } from '@aion/features';
import {
  adjustDaily,
  joinIntraday,
  joinMarket,
  newestName,
  withObservedIsins,
  type AcceptedIssue,
  type CorporateAction,
  type DailyBars,
  type Instrument,
  type IntradayBars,
  type RefutedAction,
  type Rename,
} from '@aion/market';
import type { Measures } from '@aion/market/records';
import type { MarketReader } from '../ports.ts';
import { memorySlot } from '../runner/run-memory.ts';
import type { StageContext } from '../runner/stage.ts';

/** Everything the market knew at the close of a session: raw bars, actions and instruments. Nothing later is in it. */
export interface Panel {
  readonly sessionDay: number;
  readonly daily: readonly DailyBars[];
  readonly index: readonly DailyBars[];
  readonly hourly: ReadonlyMap<string, IntradayBars>;
  /** Actions with an ex-date up to the session that the bars do not contradict, by symbol. */
  readonly actions: ReadonlyMap<string, readonly CorporateAction[]>;
  /** Actions that the bars contradict; they are not applied. */
  readonly refuted: readonly RefutedAction[];
  readonly instruments: ReadonlyMap<string, Instrument>;
  /** Changes of symbol whose older bars stand before the newer ones; `refusedRenames` says of which the bars speak against it. */
  readonly renames: readonly Rename[];
  readonly refusedRenames: readonly string[];
  /** Findings of the checks that a person found in order. */
  readonly accepted: readonly AcceptedIssue[];
  /** Measures of the exchange in force when the next session opens, and days of results, as far as known by the end of the session's day. */
  readonly measures: Measures;
}

interface HeldPanel {
  readonly panel: Panel;
  readonly barsHash: string;
  readonly rows: number;
}

/** The panels that a process has read already, by session. */
export const panelsIn = memorySlot(() => new Map<SessionDate, HeldPanel>());

async function heldPanel(context: StageContext, sessionDate: SessionDate): Promise<HeldPanel> {
  const panels = panelsIn(context.memory);
  const held = panels.get(sessionDate);
  if (held !== undefined) return held;
  const panel = await readPanel(context.ports.market, sessionDate);
  const read = { panel, ...hashPanel(panel) };
  panels.set(sessionDate, read);
  return read;
}

/** Reads the panel of a session and its hash: the first stage's work. */
export function readSession(context: StageContext, sessionDate: SessionDate): Promise<HeldPanel> {
  return heldPanel(context, sessionDate);
}

/**
 * The panel that the run was started on, read once per process. A process that takes a run up again reads it afresh; when
 * an import has changed the lake in between, that would be another panel under the old name: AppError(conflict) instead.
 */
export async function loadPanel(context: StageContext, sessionDate: SessionDate, barsHash: string): Promise<Panel> {
  const held = await heldPanel(context, sessionDate);
  if (held.barsHash !== barsHash) {
    throw new AppError(
      'conflict',
      `the bars up to ${sessionDate} were changed by an import while the run was under way; run again`,
      { retryable: true },
    );
  }
  return held.panel;
}

/**
 * Everything the market knew at the close of a session, read afresh.
 *
 * @example
 * const market = makeLakeReader({ items, objects, codec }, 'NSE', false);
 * const panel = await readPanel(market, '2026-02-27');
 */
export async function readPanel(market: MarketReader, sessionDate: SessionDate): Promise<Panel> {
  const sessionDay = toEpochDay(sessionDate);
  const hourlyFrom = toEpochDay(market.calendar.previousSession(sessionDate, INTRADAY_SESSIONS));
  const [stored, index, hourlyBars, actions, instruments, identity, accepted, measures] = await Promise.all([
    market.daily(sessionDay),
    market.index(sessionDay),
    market.hourly(hourlyFrom, sessionDay),
    market.actions(),
    market.instruments(),
    market.identity(),
    market.accepted(),
    market.measures(nextOpening(market, sessionDate), endOfDay(market, sessionDay)),
  ]);
  const { calendar } = market;
  const joined = joinMarket({ calendar, daily: stored, actions, identity, asOfDay: sessionDay });
  return {
    sessionDay,
    daily: joined.series,
    index,
    hourly: joinIntraday(hourlyBars, joined.renames, calendar),
    actions: joined.actions,
    refuted: joined.refuted,
    instruments: withObservedIsins(instruments, identity),
    renames: joined.renames,
    refusedRenames: joined.refusedRenames,
    measures,
    accepted: accepted
      .filter(({ day }) => day <= sessionDay)
      .map((one) => ({ ...one, symbol: newestName(one.symbol, one.day, joined.renames) }))
      .sort(byFinding),
  };
}

/** The last millisecond of the exchange's day. */
const endOfDay = (market: MarketReader, day: number): number =>
  (day + 1) * 86_400_000 - market.calendar.utcOffsetMinutesOn(day) * 60_000 - 1;

/** When the entries of a session's signals can begin. */
function nextOpening({ calendar }: MarketReader, sessionDate: SessionDate): number {
  const next = calendar.session(calendar.nextSession(sessionDate));
  if (next.kind === 'closed') throw new Error(`the calendar names ${next.reason} as the session after ${sessionDate}`);
  return next.openMs;
}

const byFinding = (a: AcceptedIssue, b: AcceptedIssue): number =>
  a.day - b.day || (`${a.symbol} ${a.code}` < `${b.symbol} ${b.code}` ? -1 : 1);

/** A symbol's whole history, adjusted with the actions known at the session. Averages of months need all of it. */
export function adjustedDay(panel: Panel, bars: DailyBars): DailyBars {
  return adjustDaily(bars, panel.actions.get(bars.symbol) ?? [], panel.sessionDay);
}

/** The five columns of bars that carry more than these, sharing their memory. */
export function columnsOf(bars: BarColumns): BarColumns {
  return { open: bars.open, high: bars.high, low: bars.low, close: bars.close, volumeShares: bars.volumeShares };
}

/**
 * One hash over every bar and action of the panel. Independent of the order of import, of files and of workers: the
 * symbols are sorted and the values are hashed as they are, so one changed bar changes it.
 */
export function hashPanel(panel: Panel): { barsHash: string; rows: number } {
  const hasher = makeHasher();
  let rows = 0;
  const add = (column: Float64Array | Int32Array): void =>
    hasher.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  for (const bars of [...panel.daily, ...panel.index]) {
    hasher.update(`\nD ${bars.symbol} ${bars.close.length}\n`);
    for (const column of [bars.sessionDay, bars.open, bars.high, bars.low, bars.close, bars.volumeShares]) add(column);
    rows += bars.close.length;
  }
  for (const symbol of [...panel.hourly.keys()].sort()) {
    const bars = panel.hourly.get(symbol)!;
    hasher.update(`\nH ${symbol} ${bars.close.length}\n`);
    for (const column of [bars.openTimeMs, bars.open, bars.high, bars.low, bars.close, bars.volumeShares]) add(column);
  }
  for (const symbol of [...panel.actions.keys()].sort()) {
    // Dividends change no price that a run reads, and vendors restate them day by day.
    const used = panel.actions.get(symbol)!.filter(({ kind }) => kind !== 'dividend');
    if (used.length === 0) continue;
    const actions = used.map((action) => JSON.stringify(action, Object.keys(action).sort()));
    hasher.update(`\nA ${symbol} ${actions.sort().join(' ')}\n`);
  }
  for (const symbol of [...panel.instruments.keys()].sort()) {
    const instrument = panel.instruments.get(symbol)!;
    hasher.update(`\nI ${JSON.stringify(instrument, Object.keys(instrument).sort())}\n`);
  }
  for (const { code, symbol, day, message = '' } of panel.accepted) {
    hasher.update(`\nQ ${code} ${symbol} ${day} ${message}\n`);
  }
  const { inForce, resultsDays } = panel.measures;
  for (const symbol of [...inForce.keys()].sort()) {
    hasher.update(
      `\nF ${symbol} ${inForce
        .get(symbol)!
        .map(({ flag, detail }) => `${flag} ${detail ?? ''}`)
        .join(', ')}\n`,
    );
  }
  for (const symbol of [...resultsDays.keys()].sort()) {
    // A day of results that is over changes nothing any more.
    const ahead = resultsDays.get(symbol)!.filter((day) => toEpochDay(day) > panel.sessionDay);
    if (ahead.length > 0) hasher.update(`\nR ${symbol} ${ahead.join(' ')}\n`);
  }
  return { barsHash: hasher.hex(), rows };
}
