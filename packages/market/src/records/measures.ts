import type { EpochMs, Exchange, SessionDate } from '@aion/core';
import type { ExchangeCalendar } from '../calendar.ts';
import { SOURCES } from '../sources/capability.ts';
import type { FlagName, FlagRecord } from './record.ts';

/** What an exchange says of a share: the measure, and its stage, band in per cent or series. */
export interface Measure {
  readonly flag: FlagName;
  readonly detail: string | null;
}

/** What is in force on the shares of an exchange at an instant, and the days on which companies decide on their results. */
export interface Measures {
  readonly inForce: ReadonlyMap<string, readonly Measure[]>;
  /** Ascending. */
  readonly resultsDays: ReadonlyMap<string, readonly SessionDate[]>;
}

export const NO_MEASURES: Measures = { inForce: new Map(), resultsDays: new Map() };

/** Measures and results days out of an exchange's flags, as far as they are given: what was known is the reader's to say. */
export function measuresOf(
  flags: readonly FlagRecord[],
  exchange: Exchange,
  calendar: Pick<ExchangeCalendar, 'dateAt'>,
  inForceMs: EpochMs,
): Measures {
  const inForce = new Map<string, Measure[]>();
  const resultsDays = new Map<string, SessionDate[]>();
  for (const { source, symbols, flag, detail, fromMs, untilMs } of flags) {
    if (!isOf(source, exchange)) continue;
    for (const symbol of symbols) {
      if (flag === 'results') add(resultsDays, symbol, calendar.dateAt(fromMs));
      if (fromMs <= inForceMs && (untilMs === null || inForceMs < untilMs)) add(inForce, symbol, { flag, detail });
    }
  }
  for (const measures of inForce.values()) measures.sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  for (const [symbol, days] of resultsDays) resultsDays.set(symbol, [...new Set(days)].sort());
  return { inForce, resultsDays };
}

const textOf = ({ flag, detail }: Measure): string => `${flag} ${detail ?? ''}`;

function add<T>(lists: Map<string, T[]>, symbol: string, value: T): void {
  const list = lists.get(symbol);
  if (list === undefined) lists.set(symbol, [value]);
  else list.push(value);
}

/** Two exchanges may have the same symbol: the lists of one say nothing of the other. */
function isOf(source: string, exchange: Exchange): boolean {
  const known = SOURCES.find(({ name }) => name === source);
  return known === undefined || known.exchanges.includes(exchange);
}

/** The first results day in [from, to]; undefined where none is. */
export function resultsWithin(
  measures: Measures,
  symbol: string,
  from: SessionDate,
  to: SessionDate,
): SessionDate | undefined {
  return measures.resultsDays.get(symbol)?.find((day) => from <= day && day <= to);
}
