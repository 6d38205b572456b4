import { fromEpochDay, type SessionDate } from '@aion/core';
import type { DailyBars } from '../bars.ts';
import type { Adjustment } from './ports.ts';

export interface QuorumInput {
  readonly source: string;
  readonly bars: DailyBars;
  readonly adjustment: Adjustment;
}

export interface QuorumRules {
  /** Names of sources, the most trusted first; others follow by name. */
  readonly priority: readonly string[];
  /** Closes agree when they lie no further apart than this part of the smaller one. */
  readonly toleranceFrac: number;
  /** Brings raw bars to the shares of today, as vendors that adjust for splits have them. */
  readonly toSplitBasis: (raw: DailyBars) => DailyBars;
}

/** `priority`: the first in order, undisputed or without a majority against it. `majority`: more than half agree with it. */
export type ChosenBy = 'priority' | 'majority' | 'only_one';

export interface QuorumIssue {
  readonly code: 'source_disagreement' | 'basis_not_comparable';
  readonly symbol: string;
  /** Null where it concerns a source's whole series. */
  readonly date: SessionDate | null;
  /** Every source's close on the day, on the common basis. */
  readonly closes: Readonly<Record<string, number>>;
  readonly chosen: string | null;
  readonly chosenBy: ChosenBy | null;
  readonly message: string;
}

export interface ChosenSession {
  readonly day: number;
  readonly source: string;
  readonly chosenBy: ChosenBy;
  /** How many sources had the session. */
  readonly sources: number;
}

export interface QuorumResult {
  /** Raw when every source that was used is; otherwise in the shares of today. */
  readonly basis: 'none' | 'splits';
  readonly bars: DailyBars;
  readonly chosen: readonly ChosenSession[];
  readonly issues: readonly QuorumIssue[];
}

/**
 * Compares the same instrument's bars of several sources, session by session, and takes one of them whole: prices of two sources are
 * never mixed within a bar. The order in which the answers stand makes no difference.
 */
export function compareSources(inputs: readonly QuorumInput[], rules: QuorumRules): QuorumResult {
  const symbol = inputs[0]?.bars.symbol ?? '';
  const issues: QuorumIssue[] = [];
  const ordered = [...inputs].sort(
    (a, b) => rank(a.source, rules) - rank(b.source, rules) || (a.source < b.source ? -1 : 1),
  );
  const used = ordered.filter((input) => {
    if (input.adjustment !== 'splits_and_dividends') return true;
    const message = `${input.source} takes dividends out of its prices, which cannot be undone here: it is not compared`;
    const none = { date: null, closes: {}, chosen: null, chosenBy: null };
    issues.push({ code: 'basis_not_comparable', symbol, ...none, message });
    return false;
  });
  const basis = used.every(({ adjustment }) => adjustment === 'none') ? 'none' : 'splits';
  const series = used.map(({ source, bars, adjustment }) => ({
    source,
    bars: basis === 'splits' && adjustment === 'none' ? rules.toSplitBasis(bars) : bars,
  }));
  const byDay = new Map<number, { source: string; bars: DailyBars; row: number }[]>();
  for (const { source, bars } of series) {
    bars.sessionDay.forEach((day, row) => {
      const candidates = byDay.get(day);
      if (candidates === undefined) byDay.set(day, [{ source, bars, row }]);
      else candidates.push({ source, bars, row });
    });
  }
  const days = [...byDay.keys()].sort((a, b) => a - b);
  const chosen: ChosenSession[] = [];
  const rows: { bars: DailyBars; row: number }[] = [];
  for (const day of days) {
    const candidates = byDay.get(day)!;
    const closes = candidates.map(({ bars, row }) => bars.close[row]!);
    const { index, chosenBy, disputed } = choose(closes, rules.toleranceFrac);
    const winner = candidates[index]!;
    rows.push(winner);
    chosen.push({ day, source: winner.source, chosenBy, sources: candidates.length });
    if (!disputed) continue;
    const named = Object.fromEntries(candidates.map(({ source }, i) => [source, closes[i]!]));
    const date = fromEpochDay(day);
    const values = Object.entries(named).map(([source, close]) => `${source} ${close}`);
    const message = `${symbol} on ${date}: closes lie more than ${rules.toleranceFrac * 100} % apart (${values.join(', ')}); ${winner.source} was taken by ${chosenBy}`;
    issues.push({ code: 'source_disagreement', symbol, date, closes: named, chosen: winner.source, chosenBy, message });
  }
  const column = (name: 'open' | 'high' | 'low' | 'close' | 'volumeShares'): Float64Array =>
    Float64Array.from(rows, ({ bars, row }) => bars[name][row]!);
  const bars: DailyBars = {
    symbol,
    sessionDay: Int32Array.from(days),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volumeShares: column('volumeShares'),
  };
  return { basis, bars, chosen, issues };
}

function rank(source: string, rules: QuorumRules): number {
  const place = rules.priority.indexOf(source);
  return place === -1 ? rules.priority.length : place;
}

/** Which of the values, the most trusted first, is taken. */
function choose(
  values: readonly number[],
  toleranceFrac: number,
): { index: number; chosenBy: ChosenBy; disputed: boolean } {
  if (values.length === 1) return { index: 0, chosenBy: 'only_one', disputed: false };
  const agree = (a: number, b: number): boolean => Math.abs(a - b) <= toleranceFrac * Math.min(a, b) + 1e-9;
  const support = values.map((value) => values.filter((other) => agree(value, other)).length);
  const disputed = support.some((count) => count < values.length);
  if (!disputed) return { index: 0, chosenBy: 'priority', disputed };
  const majority = support.findIndex((count) => count * 2 > values.length);
  return majority === -1 || values.length < 3
    ? { index: 0, chosenBy: 'priority', disputed }
    : { index: majority, chosenBy: 'majority', disputed };
}
