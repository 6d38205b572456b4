import type { Severity } from '@aion/core';
import type { DayCount } from './check-market.ts';
import { type QualityIssue, severityOf } from './issue.ts';

export interface SymbolScore {
  readonly symbol: string;
  /** 0 (do not use) to 100 (nothing found). */
  readonly score: number;
  readonly bars: number;
  readonly issues: number;
  /** The heaviest finding, in words; absent when there is none. */
  readonly worst?: string;
}

export interface DayScore {
  readonly day: number;
  readonly score: number;
  readonly symbols: number;
  readonly usual: number;
  readonly issues: number;
}

const COST: Readonly<Record<Severity, number>> = { error: 40, warning: 10, info: 0 };
const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/**
 * Score of a symbol over the sessions from `fromDay` on: 100, less 40 for each error and 10 for each warning of the time, less
 * the share of its sessions that have no bar. An old defect says nothing about what is used today.
 */
export function scoreSymbol(
  symbol: string,
  bars: number,
  issues: readonly QualityIssue[],
  fromDay: number,
): SymbolScore {
  const recent = issues.filter(({ day, toDay }) => day === undefined || (toDay ?? day) >= fromDay);
  let score = 100;
  let missing = 0;
  for (const { code, values } of recent) {
    if (code === 'missing_bars' || code === 'suspension' || code === 'stale_series')
      missing += Number(values?.['sessions'] ?? 0);
    else score -= COST[severityOf(code)];
  }
  score -= bars + missing === 0 ? 0 : (100 * missing) / (bars + missing);
  const [worst] = [...recent].sort((a, b) => ORDER[severityOf(a.code)] - ORDER[severityOf(b.code)]);
  const base = { symbol, score: clamp(score), bars, issues: recent.length };
  return worst === undefined ? base : { ...base, worst: worst.message };
}

/**
 * Score of a session: the share of the usual number of symbols that have a bar, less the share of them with an error of that day;
 * 0 when the session is missing, copied or on a closed day.
 */
export function scoreDay(count: DayCount, errorsOfDay: number, isBroken: boolean): DayScore {
  const { day, symbols, usual } = count;
  const coverage = usual === 0 ? (symbols > 0 ? 1 : 0) : Math.min(1, symbols / usual);
  const spoilt = symbols === 0 ? 0 : errorsOfDay / symbols;
  const score = isBroken ? 0 : clamp(100 * (coverage - spoilt));
  return { day, score, symbols, usual, issues: errorsOfDay };
}

const clamp = (score: number): number => Math.round(Math.min(100, Math.max(0, score)));
