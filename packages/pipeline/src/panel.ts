import { AppError, makeHasher, toEpochDay, type SessionDate } from '@aion/core';
import type { BarColumns } from '@aion/features';
import {
  type AcceptedIssue,
  adjustDaily,
  checkActions,
  type CorporateAction,
  type DailyBars,
  detectRenames,
  effectiveRenames,
  type IdentityMaster,
  type Instrument,
  type IntradayBars,
  joinRenames,
  knownRenames,
  type RefutedAction,
  type Rename,
} from '@aion/market';
import type { MarketReader } from './ports.ts';
import type { StageContext } from './runner/stage-runner.ts';

/** Sessions of hourly bars that alignment and charts read. */
export const INTRADAY_SESSIONS = 30;

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
  /** Measures of the exchange in force on the session, as far as known by the end of its day: symbol → names. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
}

interface HeldPanel {
  readonly panel: Panel;
  readonly barsHash: string;
  readonly rows: number;
}

async function heldPanel(context: StageContext, sessionDate: SessionDate): Promise<HeldPanel> {
  const name = `panel#${sessionDate}`;
  const held = context.memo.get(name) as HeldPanel | undefined;
  if (held !== undefined) return held;
  const panel = await readPanel(context.ports.market, sessionDate);
  const read = { panel, ...hashPanel(panel) };
  context.memo.set(name, read);
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

/** Everything the market knew at the close of a session, read afresh. */
export async function readPanel(market: MarketReader, sessionDate: SessionDate): Promise<Panel> {
  const sessionDay = toEpochDay(sessionDate);
  const hourlyFrom = toEpochDay(market.calendar.previousSession(sessionDate, INTRADAY_SESSIONS));
  const [stored, index, hourlyBars, allActions, instruments, identity, accepted, flags] = await Promise.all([
    market.daily(sessionDay),
    market.index(sessionDay),
    market.hourly(hourlyFrom, sessionDay),
    market.actions(),
    market.instruments(),
    market.identity(),
    market.accepted(),
    market.flags(endOfDay(market, sessionDay)),
  ]);
  const renames = renamesAt(market, stored, identity);
  const { series: daily, joined, refused } = joinRenames(stored, renames, sessionDay);
  const actions = actionsUnderNewNames(allActions, joined);
  const bySymbol = new Map<string, CorporateAction[]>();
  for (const action of actions) {
    if (action.exDay > sessionDay) continue;
    const list = bySymbol.get(action.symbol);
    if (list === undefined) bySymbol.set(action.symbol, [action]);
    else list.push(action);
  }
  const refuted: RefutedAction[] = [];
  for (const bars of daily) {
    const given = bySymbol.get(bars.symbol);
    if (given === undefined) continue;
    const checked = checkActions(bars, given);
    bySymbol.set(bars.symbol, [...checked.actions]);
    refuted.push(...checked.refuted);
  }
  return {
    sessionDay,
    refuted,
    daily: [...daily].sort((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0)),
    index,
    hourly: joinHourly(hourlyBars, joined),
    actions: bySymbol,
    instruments,
    renames: joined,
    refusedRenames: refused.map(({ message }) => message),
    flags,
    accepted: [...accepted].filter(({ day }) => day <= sessionDay).sort(byFinding),
  };
}

/** The last millisecond of the exchange's day. */
const endOfDay = (market: MarketReader, day: number): number =>
  (day + 1) * 86_400_000 - market.calendar.utcOffsetMinutesOn(day) * 60_000 - 1;

const byFinding = (a: AcceptedIssue, b: AcceptedIssue): number =>
  a.day - b.day || (`${a.symbol} ${a.code}` < `${b.symbol} ${b.code}` ? -1 : 1);

/** Changes of symbol that the stored bars, the exchange's list and people's decisions show. */
function renamesAt(market: MarketReader, daily: readonly DailyBars[], identity: IdentityMaster): Rename[] {
  const { calendar } = market;
  const lastBars = daily
    .filter(({ sessionDay }) => sessionDay.length > 0)
    .map(({ symbol, sessionDay, close }) => ({ symbol, day: sessionDay.at(-1)!, close: close.at(-1)! }));
  const nextSessionOf = (day: number): number => {
    let next = day + 1;
    while (next < calendar.lastDay && calendar.isSessionDay[next - calendar.firstDay] !== 1) next++;
    return next;
  };
  return effectiveRenames(knownRenames(market.exchange), detectRenames(lastBars, identity, nextSessionOf), identity);
}

/** What a source lists under a share's older name holds for its whole series; what it lists under both, once. */
function actionsUnderNewNames(actions: readonly CorporateAction[], renames: readonly Rename[]): CorporateAction[] {
  const newName = new Map(renames.map(({ from, to, fromDay }) => [from, { to, fromDay }]));
  // A name may come back later: only changes after the one before are followed.
  const nameOf = (symbol: string, exDay: number, after = -Infinity): string => {
    const next = newName.get(symbol);
    if (next === undefined || exDay >= next.fromDay || next.fromDay <= after) return symbol;
    return nameOf(next.to, exDay, next.fromDay);
  };
  const known = new Map<string, CorporateAction>();
  // Those under the newest name are taken last and win.
  const ordered = actions
    .map((action) => ({ action, symbol: nameOf(action.symbol, action.exDay) }))
    .sort((a, b) => Number(a.symbol === a.action.symbol) - Number(b.symbol === b.action.symbol));
  for (const { action, symbol } of ordered)
    known.set(`${symbol} ${action.exDay} ${action.kind}`, { ...action, symbol });
  return [...known.values()];
}

function joinHourly(hourly: readonly IntradayBars[], renames: readonly Rename[]): Map<string, IntradayBars> {
  const bySymbol = new Map(hourly.map((bars) => [bars.symbol, bars]));
  for (const { from, to } of renames) {
    const [older, newer] = [bySymbol.get(from), bySymbol.get(to)];
    if (older === undefined) continue;
    bySymbol.delete(from);
    if (newer === undefined) {
      bySymbol.set(to, { ...older, symbol: to });
      continue;
    }
    const join = (a: Float64Array, b: Float64Array): Float64Array => Float64Array.from([...a, ...b]);
    bySymbol.set(to, {
      ...newer,
      openTimeMs: join(older.openTimeMs, newer.openTimeMs),
      open: join(older.open, newer.open),
      high: join(older.high, newer.high),
      low: join(older.low, newer.low),
      close: join(older.close, newer.close),
      volumeShares: join(older.volumeShares, newer.volumeShares),
    });
  }
  return bySymbol;
}

/** A symbol's whole history, adjusted with the actions known at the session. Averages of months need all of it. */
export function adjustedDay(panel: Panel, bars: DailyBars): DailyBars {
  return adjustDaily(bars, panel.actions.get(bars.symbol) ?? [], panel.sessionDay);
}

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
    const actions = panel.actions.get(symbol)!.map((action) => JSON.stringify(action, Object.keys(action).sort()));
    hasher.update(`\nA ${symbol} ${actions.sort().join(' ')}\n`);
  }
  for (const symbol of [...panel.instruments.keys()].sort()) {
    const instrument = panel.instruments.get(symbol)!;
    hasher.update(`\nI ${JSON.stringify(instrument, Object.keys(instrument).sort())}\n`);
  }
  for (const { code, symbol, day } of panel.accepted) hasher.update(`\nQ ${code} ${symbol} ${day}\n`);
  for (const symbol of [...panel.flags.keys()].sort()) {
    hasher.update(`\nF ${symbol} ${panel.flags.get(symbol)!.join(' ')}\n`);
  }
  return { barsHash: hasher.hex(), rows };
}
