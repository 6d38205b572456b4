import { type AppError, isAppError, type SessionDate, type Exchange } from '@aion/core';
import {
  type AppendReport,
  appendRecords,
  type FetchedRecords,
  flagChanges,
  type FlagList,
  openFlags,
  type RecordKind,
  type RecordPorts,
  type RecordRequest,
  type RejectedRecord,
} from '@aion/market/records';
import { askChain, type LinkFailure, type SourceKind, type SourceName, SOURCES } from '@aion/market/sources';
import type { Sources } from './sources.ts';

/** What sources are asked for, by the kind of record that it becomes. */
const KIND_OF: Readonly<Record<Exclude<RecordKind, 'flag'>, SourceKind>> = {
  news: 'news',
  rating: 'ratings',
  economic_event: 'economics',
  social: 'social',
  macro: 'macro',
  fundamental: 'fundamentals',
  insider_trade: 'insider',
  option_chain: 'options',
};

/** The sources that have records of a kind about an exchange. Macro series are of none. */
export const recordSourcesOf = (kind: Exclude<RecordKind, 'flag'>, exchange: Exchange): SourceName[] =>
  SOURCES.filter(
    ({ kinds, exchanges }) => kinds.includes(KIND_OF[kind]) && (kind === 'macro' || exchanges.includes(exchange)),
  ).map(({ name }) => name);

export interface RecordsFetch {
  readonly answers: readonly (AppendReport & {
    readonly source: string;
    readonly given: number;
    readonly unreadable: readonly RejectedRecord[];
  })[];
  readonly failures: readonly LinkFailure[];
}

/** Asks every source of a kind (they add to each other, unlike bars) and stores what they give. */
export async function fetchRecords(
  ports: RecordPorts & { readonly sources: Sources },
  request: RecordRequest & { readonly kind: Exclude<RecordKind, 'flag'> },
  only?: SourceName,
): Promise<RecordsFetch> {
  const { sources } = ports;
  const names = recordSourcesOf(request.kind, request.exchange);
  const links = names
    .filter((name) => only === undefined || only === name)
    .map((source) => {
      const { why } = sources.standing(source);
      return { source, ask: async () => sources.records(source).fetch(request), ...(why === null ? {} : { off: why }) };
    });
  const { answers, failures } = await askChain<FetchedRecords>(links, { wanted: Infinity });
  const stored = [];
  for (const { source, answer } of answers) {
    const report = await appendRecords(ports, answer.records);
    stored.push({ source, given: answer.records.length, unreadable: answer.rejected, ...report });
  }
  return { answers: stored, failures };
}

export interface FlagsFetch {
  readonly session: SessionDate;
  /** Entries of each list, and how many records its changes made. */
  readonly lists: readonly { readonly flag: string; readonly entries: number; readonly changes: number }[];
  /** Null: the calendar of results could not be had, and `refused` says why. */
  readonly results: AppendReport | null;
  /** What could not be had or used: these flags stay as they were. */
  readonly refused: readonly { readonly flag: string; readonly why: string }[];
}

const RESULTS_AHEAD_MS = 45 * 86_400_000;

/**
 * Fetches the exchange's lists for a session and the calendar of results, and stores what changed. One that cannot be had or was cut off is
 * named, and the others go in; when none can be had, the first one's fault is thrown.
 */
export async function fetchFlags(
  ports: RecordPorts & { readonly sources: Sources },
  session: SessionDate,
): Promise<FlagsFetch> {
  const source = ports.sources.flags();
  const lists: { flag: string; entries: number; changes: number }[] = [];
  const refused: { flag: string; why: string; error: AppError }[] = [];
  async function tolerate<T>(flags: readonly string[], work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!isAppError(error)) throw error;
      refused.push(...flags.map((flag) => ({ flag, why: error.message, error })));
      return null;
    }
  }
  for (const { flags, ask } of source.questions(session)) {
    const given = await tolerate(flags, () => ask());
    for (const list of given ?? []) {
      const stored = await tolerate([list.flag], () => storeList(ports, list));
      if (stored !== null) lists.push(stored);
    }
  }
  const nowMs = ports.clock.nowMs();
  const given = await tolerate(['results'], () => source.results(nowMs, nowMs + RESULTS_AHEAD_MS));
  const results = given === null ? null : await appendRecords(ports, given.records);
  if (lists.length === 0 && results === null) throw refused[0]!.error;
  return { session, lists, results, refused: refused.map(({ flag, why }) => ({ flag, why })) };
}

async function storeList(ports: RecordPorts, list: FlagList): Promise<FlagsFetch['lists'][number]> {
  const open = await openFlags(ports, list.flag, list.knownMs);
  const changes = flagChanges(open, list);
  await appendRecords(ports, changes);
  return { flag: list.flag, entries: list.entries.length, changes: changes.length };
}
