import { isAppError, type SessionDate } from '@aion/core';
import {
  type AppendReport,
  appendRecords,
  type FetchedRecords,
  flagChanges,
  openFlags,
  type RecordKind,
  type RecordPorts,
  type RecordRequest,
  type RejectedRecord,
} from '@aion/market/records/index';
import { askChain, type LinkFailure, type SourceKind, type SourceName, SOURCES } from '@aion/market/sources/index';
import type { Sources } from './compose-sources.ts';

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
  const names = SOURCES.filter(
    ({ name, kinds, exchanges }) =>
      (only === undefined || only === name) &&
      kinds.includes(KIND_OF[request.kind]) &&
      // Macro series are of no exchange.
      (request.kind === 'macro' || exchanges.includes(request.exchange)),
  ).map(({ name }) => name);
  const links = names.map((source) => {
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
  readonly results: AppendReport;
  readonly refused: readonly { readonly flag: string; readonly why: string }[];
}

const RESULTS_AHEAD_MS = 45 * 86_400_000;

/** Fetches the exchange's lists for a session and the calendar of results, and stores what changed. */
export async function fetchFlags(
  ports: RecordPorts & { readonly sources: Sources },
  session: SessionDate,
): Promise<FlagsFetch> {
  const source = ports.sources.flags();
  const lists = [];
  const refused = [];
  for (const list of await source.lists(session)) {
    const open = await openFlags(ports, list.flag, list.knownMs);
    try {
      const changes = flagChanges(open, list);
      await appendRecords(ports, changes);
      lists.push({ flag: list.flag, entries: list.entries.length, changes: changes.length });
    } catch (error) {
      // A list that was cut off leaves its own flag as it was; the others go in.
      if (!isAppError(error, 'bad_input')) throw error;
      refused.push({ flag: list.flag, why: error.message });
    }
  }
  const nowMs = ports.clock.nowMs();
  const { records } = await source.results(nowMs, nowMs + RESULTS_AHEAD_MS);
  return { session, lists, results: await appendRecords(ports, records), refused };
}
