import { AppError, DAY_MS, fromEpochDay, toEpochDay, type Exchange, type SessionDate } from '@aion/core';
import { MACRO_SERIES, type RecordKind } from '@aion/market/records';
import type { Host } from '../host.ts';
import { activeSymbols } from './active-symbols.ts';
import { lackingSinceMs, noteAnswer } from './asked.ts';
import { fetchBarsOf } from './fetch-bars-of.ts';
import { fetchFlags, fetchRecords, recordSourcesOf } from './fetch-records.ts';
import type { Sources } from './sources.ts';

type FetchedKind = Exclude<RecordKind, 'flag'>;

/** Whose records are asked for: everything that a source has, the symbols of active signals, or the known macro series. */
type Whose = 'all' | 'active' | 'macro';

/** How far back each kind is asked for, again and again: what is known already is not stored twice. */
const ASKED: Readonly<Record<FetchedKind, { readonly days: number; readonly whose: Whose }>> = {
  news: { days: 2, whose: 'all' },
  social: { days: 2, whose: 'active' },
  rating: { days: 7, whose: 'all' },
  economic_event: { days: 14, whose: 'all' },
  macro: { days: 400, whose: 'macro' },
  fundamental: { days: 400, whose: 'active' },
  insider_trade: { days: 14, whose: 'active' },
  option_chain: { days: 1, whose: 'active' },
};

export interface RecordsDone {
  /** What was stored, by kind, and what was not asked and why: for people. */
  readonly figures: Readonly<Record<string, string | number>>;
  /** False: what it needs is not there yet, and it is to look again. */
  readonly done?: boolean;
}

/**
 * Asks for kinds of records as the timetable does: what is new since the last time, each source for itself. A kind that sources are on for and
 * none answers fails the job, after the others were stored; one without a source that is on is named and is no failure.
 *
 * @throws AppError(unavailable) that names each kind and what its sources said.
 */
export async function fetchRecordsBySchedule(
  host: Pick<Host, 'items' | 'objects' | 'clock'>,
  sources: Sources,
  kinds: readonly FetchedKind[],
  exchange: Exchange,
  today: SessionDate,
): Promise<RecordsDone> {
  const { items, objects, clock } = host;
  const figures: Record<string, string | number> = {};
  const failed: string[] = [];
  for (const kind of kinds) {
    const { days, whose } = ASKED[kind];
    const symbols = await symbolsOf(host, whose, exchange, today);
    if (symbols === undefined) {
      figures[kind] = 'no active signals to ask for';
      continue;
    }
    const toMs = clock.nowMs();
    const ill: string[] = [];
    let stored: number | undefined;
    for (const source of recordSourcesOf(kind, exchange)) {
      const fromMs = Math.min(toMs - days * DAY_MS, await lackingSinceMs(items, kind, exchange, source, toMs));
      const request = { kind, exchange, symbols, fromMs, toMs };
      const { answers, failures } = await fetchRecords({ items, objects, clock, sources }, request, source);
      for (const { code, message } of failures) if (code !== 'off') ill.push(`${source}: ${message}`);
      if (answers.length === 0) continue;
      stored = answers.reduce((sum, answer) => sum + answer.stored, stored ?? 0);
      await noteAnswer(items, kind, exchange, source, toMs);
    }
    if (stored !== undefined) {
      figures[kind] = stored;
      if (ill.length > 0) figures[`${kind}, not had`] = ill.join('; ');
    } else if (ill.length === 0) figures[kind] = 'no source is on';
    else failed.push(`${kind}: ${ill.join('; ')}`);
  }
  if (failed.length > 0)
    throw new AppError('unavailable', failed.join(' · '), { retryable: true, context: { figures } });
  return { figures };
}

/** Undefined: there is nobody to ask for, and without a symbol a source would give everything. */
async function symbolsOf(
  { items }: Pick<Host, 'items'>,
  whose: Whose,
  exchange: Exchange,
  today: SessionDate,
): Promise<readonly string[] | undefined> {
  if (whose === 'all') return [];
  if (whose === 'macro') return MACRO_SERIES;
  const symbols = await activeSymbols(items, exchange, today);
  return symbols.length === 0 ? undefined : symbols;
}

/** Corporate actions are asked for so far back: some are told late. */
const ACTION_DAYS = 30;

/**
 * What is asked before a session: the exchange's lists and its calendar of results, and the corporate actions of active signals. A source
 * that cannot be had fails the job, after the others were stored; one that is off is named.
 */
export async function fetchBeforeSession(
  host: Host,
  sources: Sources,
  exchange: Exchange,
  session: SessionDate,
): Promise<RecordsDone> {
  const { items, objects, clock } = host;
  const figures: Record<string, string | number> = {};
  const failed: string[] = [];
  if (exchange === 'NSE' && sources.standing('nse').on) {
    const { lists, refused } = await fetchFlags({ items, objects, clock, sources }, session);
    figures['lists'] = lists.length;
    figures['changes'] = lists.reduce((sum, { changes }) => sum + changes, 0);
    failed.push(...refused.map(({ flag, why }) => `${flag}: ${why}`));
  } else figures['lists'] = 'no source is on';
  const symbols = await activeSymbols(items, exchange, session);
  const from = fromEpochDay(toEpochDay(session) - ACTION_DAYS);
  const asked = { exchange, from, to: session, timeframe: '1d', actions: true, store: true };
  const results = await fetchBarsOf(host, sources, symbols, asked);
  figures['actions'] = results.reduce((sum, { stored }) => sum + (stored?.stored ?? 0), 0);
  const silent = results.filter(
    ({ answers, failures }) => answers.length === 0 && failures.some(({ code }) => code !== 'off'),
  );
  if (silent.length > 0) failed.push(`actions of ${silent.length} of ${symbols.length} symbols: no source answered`);
  if (failed.length > 0)
    throw new AppError('unavailable', failed.join(' · '), { retryable: true, context: { figures } });
  return { figures };
}
