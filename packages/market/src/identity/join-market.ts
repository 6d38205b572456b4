import { lowerBound } from '@aion/core';
import { type CorporateAction, checkActions, type RefutedAction } from '../actions/index.ts';
import { OHLCV_COLUMNS } from '../bar-columns.ts';
import { type DailyBars, type IntradayBars, openTimeMsOf } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import type { IdentityMaster } from './identity-store.ts';
import { detectRenames, effectiveRenames, joinRenames, knownRenames } from './renames.ts';
import { type Rename } from './rename.ts';

/** The shares of a market under their newest names, with the actions that hold for them. */
export interface JoinedMarket {
  /** Sorted by symbol. */
  readonly series: readonly DailyBars[];
  /** Actions with an ex-date up to the day that the whole series does not contradict, by newest name. */
  readonly actions: ReadonlyMap<string, readonly CorporateAction[]>;
  readonly refuted: readonly RefutedAction[];
  readonly renames: readonly Rename[];
  readonly refusedRenames: readonly string[];
}

/**
 * What the bars up to a day are, and which actions adjust them: the one place that answers this, for runs, charts, exports and
 * comparisons alike. `daily` are whole raw series up to the day: a part of one would judge actions differently.
 */
export function joinMarket(input: {
  readonly calendar: ExchangeCalendar;
  readonly daily: readonly DailyBars[];
  readonly actions: readonly CorporateAction[];
  readonly identity: IdentityMaster;
  readonly asOfDay: number;
}): JoinedMarket {
  const { calendar, daily, identity, asOfDay } = input;
  const { series, joined, refused } = joinRenames(daily, renamesOf(calendar, daily, identity), asOfDay);
  const bySymbol = new Map<string, CorporateAction[]>();
  for (const action of underNewNames(input.actions, joined)) {
    if (action.exDay > asOfDay) continue;
    const list = bySymbol.get(action.symbol);
    if (list === undefined) bySymbol.set(action.symbol, [action]);
    else list.push(action);
  }
  const refuted: RefutedAction[] = [];
  for (const bars of series) {
    const given = bySymbol.get(bars.symbol);
    if (given === undefined) continue;
    const checked = checkActions(bars, given, calendar);
    bySymbol.set(bars.symbol, [...checked.actions]);
    refuted.push(...checked.refuted);
  }
  return {
    series: [...series].sort((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0)),
    actions: bySymbol,
    refuted,
    renames: joined,
    refusedRenames: refused.map(({ message }) => message),
  };
}

/** Changes of symbol that the bars, the exchange's list and people's decisions show. */
function renamesOf(calendar: ExchangeCalendar, daily: readonly DailyBars[], identity: IdentityMaster): Rename[] {
  const lastBars = daily
    .filter(({ sessionDay }) => sessionDay.length > 0)
    .map(({ symbol, sessionDay, close }) => ({ symbol, day: sessionDay.at(-1)!, close: close.at(-1)! }));
  const nextSessionOf = (day: number): number => {
    let next = day + 1;
    while (next < calendar.lastDay && calendar.isSessionDay[next - calendar.firstDay] !== 1) next++;
    return next;
  };
  return effectiveRenames(knownRenames(calendar.exchange), detectRenames(lastBars, identity, nextSessionOf), identity);
}

/** The newest name of the share that was called `symbol` on a day, over all changes that follow; the same name where there are none. */
export function newestName(symbol: string, day: number, renames: readonly Rename[], after = -Infinity): string {
  // A name may be given to another company, and may come back: only changes after the day, and after the one before, are followed.
  const next = renames.find(({ from, fromDay }) => from === symbol && fromDay > day && fromDay > after);
  if (next === undefined) return symbol;
  return newestName(next.to, day, renames, next.fromDay);
}

/** What a source lists under a share's older name holds for its whole series; what it lists under both, once. */
function underNewNames(actions: readonly CorporateAction[], renames: readonly Rename[]): CorporateAction[] {
  if (renames.length === 0) return [...actions];
  const known = new Map<string, CorporateAction>();
  // Those under the newest name are taken last and win.
  const ordered = actions
    .map((action) => ({ action, symbol: newestName(action.symbol, action.exDay, renames) }))
    .sort((a, b) => Number(a.symbol === a.action.symbol) - Number(b.symbol === b.action.symbol));
  for (const { action, symbol } of ordered)
    known.set(`${symbol} ${action.exDay} ${action.kind}`, { ...action, symbol });
  return [...known.values()];
}

/**
 * Intraday bars under the same names as the daily ones: those of an older name before the day of the change go to the newer, later ones
 * are another company's and stay.
 */
export function joinIntraday(
  intraday: readonly IntradayBars[],
  renames: readonly Rename[],
  calendar: ExchangeCalendar,
): Map<string, IntradayBars> {
  const bySymbol = new Map(intraday.map((bars) => [bars.symbol, bars]));
  for (const { from, to, fromDay } of renames) {
    const older = bySymbol.get(from);
    if (older === undefined) continue;
    const fromMs = openTimeMsOf(fromDay, 0, calendar);
    const count = lowerBound(older.openTimeMs, fromMs);
    if (count === older.openTimeMs.length) bySymbol.delete(from);
    else bySymbol.set(from, part(older, from, count, older.openTimeMs.length));
    if (count === 0) continue;
    const before = part(older, to, 0, count);
    const newer = bySymbol.get(to);
    bySymbol.set(to, newer === undefined ? before : concat(before, newer));
  }
  return bySymbol;
}

const COLUMNS = ['openTimeMs', ...OHLCV_COLUMNS] as const;

function part(bars: IntradayBars, symbol: string, start: number, end: number): IntradayBars {
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, bars[name].subarray(start, end)]));
  return { ...bars, ...columns, symbol };
}

function concat(first: IntradayBars, second: IntradayBars): IntradayBars {
  const columns = Object.fromEntries(
    COLUMNS.map((name) => {
      const column = new Float64Array(first[name].length + second[name].length);
      column.set(first[name]);
      column.set(second[name], first[name].length);
      return [name, column];
    }),
  );
  return { ...second, ...columns };
}
