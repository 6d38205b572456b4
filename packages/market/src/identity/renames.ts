import { type Exchange, fromEpochDay, lowerBound, toEpochDay } from '@aion/core';
import { z } from 'zod';
import { OHLCV_COLUMNS } from '../bar-columns.ts';
import type { DailyBars } from '../bars.ts';
import type { IdentityMaster } from './identity-store.ts';
import known from './known-renames.json' with { type: 'json' };
import { Rename } from './rename.ts';

const KnownRenames = z.strictObject({
  source: z.string(),
  renames: z.array(
    z.strictObject({ from: z.string(), to: z.string(), date: z.iso.date(), note: z.string().optional() }),
  ),
});

/** Changes of symbols that the exchange published, as far as this product knows them. */
export function knownRenames(market: Exchange): Rename[] {
  if (market !== 'NSE') return [];
  return KnownRenames.parse(known).renames.map(({ from, to, date }) => ({
    from,
    to,
    fromDay: toEpochDay(date),
    evidence: 'listed',
  }));
}

/** The last bar of each symbol, and the session after which none came. */
export interface LastBar {
  readonly symbol: string;
  readonly day: number;
  readonly close: number;
}

/**
 * Finds symbols that end on one session and go on under another name on the next: the exchange states, with the first bar of the
 * new symbol, the close before it. Where exactly one ended symbol closed there, to the paisa, it is the same share. An equal
 * ISIN before and after says the same. `nextSessionOf` gives the session after a day.
 */
export function detectRenames(
  lastBars: readonly LastBar[],
  master: IdentityMaster,
  nextSessionOf: (day: number) => number,
): Rename[] {
  const found: Rename[] = [];
  const endedOn = new Map<number, LastBar[]>();
  const byIsin = new Map<string, LastBar[]>();
  for (const bar of lastBars) {
    const next = nextSessionOf(bar.day);
    const list = endedOn.get(next);
    if (list === undefined) endedOn.set(next, [bar]);
    else list.push(bar);
    for (const [isin] of master.symbols[bar.symbol]?.isins ?? []) {
      const holders = byIsin.get(isin);
      if (holders === undefined) byIsin.set(isin, [bar]);
      else holders.push(bar);
    }
  }
  for (const [symbol, { firstDay, prevClose, isins }] of Object.entries(master.symbols)) {
    const ended = (endedOn.get(firstDay) ?? []).filter((bar) => bar.symbol !== symbol);
    const own = new Set(isins.map(([isin]) => isin));
    const isOther = (bar: LastBar): boolean => {
      const theirs = master.symbols[bar.symbol]?.isins ?? [];
      return own.size > 0 && theirs.length > 0 && !theirs.some(([isin]) => own.has(isin));
    };
    // A listing whose issue price happens to be another share's last close has another ISIN.
    const matches =
      prevClose === null ? [] : ended.filter((bar) => Math.abs(bar.close - prevClose) < 0.005 && !isOther(bar));
    if (matches.length === 1) {
      found.push({ from: matches[0]!.symbol, to: symbol, fromDay: firstDay, evidence: 'prev_close' });
      continue;
    }
    const sameIsin = isins
      .flatMap(([isin]) => byIsin.get(isin) ?? [])
      .filter((bar) => bar.symbol !== symbol && bar.day < firstDay);
    const last = sameIsin.sort((a, b) => b.day - a.day)[0];
    if (last !== undefined) found.push({ from: last.symbol, to: symbol, fromDay: firstDay, evidence: 'isin' });
  }
  return found;
}

/** Known, detected and decided changes together, by day: a person's word counts before everything, and a listed one before a detected one. */
export function effectiveRenames(
  listed: readonly Rename[],
  detected: readonly Rename[],
  master: IdentityMaster,
): Rename[] {
  const byPair = new Map<string, Rename>();
  const pair = ({ from, to }: Rename): string => `${from} ${to}`;
  for (const rename of [...detected, ...listed]) byPair.set(pair(rename), rename);
  for (const { decision, from, to, fromDay } of master.decisions) {
    if (decision === 'rejected') byPair.delete(`${from} ${to}`);
    else byPair.set(`${from} ${to}`, { from, to, fromDay, evidence: 'admin' });
  }
  return [...byPair.values()].sort((a, b) => a.fromDay - b.fromDay || (a.to < b.to ? -1 : 1));
}

export interface JoinedSeries {
  readonly series: readonly DailyBars[];
  /** Renames that joined two series, and those whose older name has no bars here. */
  readonly joined: readonly Rename[];
  readonly withoutPredecessor: readonly Rename[];
  /** Renames that the bars contradict; nothing was joined for them. */
  readonly refused: readonly { readonly rename: Rename; readonly message: string }[];
}

/**
 * Puts the bars of a share's older names before those of its newest. Only renames up to `asOfDay` are followed: on the day before
 * it, the share still has its old name. Bars of an older name from `fromDay` on stay where they are; a rename that would join
 * overlapping bars is refused: the symbol was given to another company.
 */
export function joinRenames(series: readonly DailyBars[], renames: readonly Rename[], asOfDay: number): JoinedSeries {
  const bySymbol = new Map(series.map((bars) => [bars.symbol, bars]));
  const joined: Rename[] = [];
  const withoutPredecessor: Rename[] = [];
  const refused: { rename: Rename; message: string }[] = [];
  for (const rename of [...renames].sort((a, b) => a.fromDay - b.fromDay)) {
    if (rename.fromDay > asOfDay) continue;
    const to = bySymbol.get(rename.to);
    if (to === undefined) continue;
    const from = bySymbol.get(rename.from);
    if (from === undefined || from.sessionDay[0]! >= rename.fromDay) {
      withoutPredecessor.push(rename);
      continue;
    }
    const before = lowerBound(from.sessionDay, rename.fromDay);
    if (to.sessionDay[0]! <= from.sessionDay[before - 1]!) {
      refused.push({
        rename,
        message:
          `${rename.from} and ${rename.to} both have bars before ${fromEpochDay(rename.fromDay)}: they are two shares; ` +
          'reject this change of symbol',
      });
      continue;
    }
    bySymbol.set(rename.to, concat(to.symbol, from, before, to));
    if (before === from.sessionDay.length) bySymbol.delete(rename.from);
    else bySymbol.set(rename.from, tail(from, before));
    joined.push(rename);
  }
  return { series: [...bySymbol.values()], joined, withoutPredecessor, refused };
}

function concat(symbol: string, first: DailyBars, count: number, second: DailyBars): DailyBars {
  const sessionDay = new Int32Array(count + second.sessionDay.length);
  sessionDay.set(first.sessionDay.subarray(0, count));
  sessionDay.set(second.sessionDay, count);
  const [open, high, low, close, volumeShares] = OHLCV_COLUMNS.map((name) => {
    const column = new Float64Array(sessionDay.length);
    column.set(first[name].subarray(0, count));
    column.set(second[name], count);
    return column;
  }) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  return { symbol, sessionDay, open, high, low, close, volumeShares };
}

function tail(bars: DailyBars, start: number): DailyBars {
  return {
    symbol: bars.symbol,
    sessionDay: bars.sessionDay.subarray(start),
    open: bars.open.subarray(start),
    high: bars.high.subarray(start),
    low: bars.low.subarray(start),
    close: bars.close.subarray(start),
    volumeShares: bars.volumeShares.subarray(start),
  };
}
