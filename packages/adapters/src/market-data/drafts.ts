import { AppError, type EpochMs, isTicker, toIso, type Exchange } from '@aion/core';
import type {
  DataRecord,
  FetchedRecords,
  RecordDraft,
  RecordKind,
  RecordRequest,
  RejectedRecord,
} from '@aion/market/records';
import { sealRecord } from '@aion/market/records';
import type { Provenance } from '@aion/market/sources';

/** Symbols as vendors write them, those that cannot be one left out; each once. */
export function toSymbols(given: readonly string[]): string[] {
  return [...new Set(given.map((symbol) => symbol.trim().toUpperCase()).filter((symbol) => isTicker(symbol)))].sort();
}

/** Of the wanted symbols those that stand in a text: as $TCS, or as a word in capitals of at least three letters. */
export function symbolsIn(text: string, wanted: readonly string[]): string[] {
  const words = new Set(text.match(/\$?[A-Z][A-Z0-9&-]*/g) ?? []);
  return wanted.filter((symbol) => words.has(`$${symbol}`) || (symbol.length >= 3 && words.has(symbol))).sort();
}

/** What may lie ahead: that it will happen is what is known. */
const AHEAD: ReadonlySet<RecordKind> = new Set(['economic_event', 'flag', 'fundamental']);
const SKEW_MS = 5 * 60_000;

type Unsourced<T> = T extends RecordDraft ? Omit<T, 'source' | 'provenance' | 'redistributable'> : never;

export interface DraftCollector {
  add(draft: Unsourced<RecordDraft>): void;
  reject(what: string, why: string): void;
  readonly records: DataRecord[];
  readonly rejected: RejectedRecord[];
}

/** Collects what a map makes of one answer. */
export function collectDrafts(source: string, provenance: Provenance, redistributable = false): DraftCollector {
  const records: DataRecord[] = [];
  const rejected: RejectedRecord[] = [];
  return {
    records,
    rejected,
    add(draft) {
      const { eventMs, knownMs } = draft as { eventMs: EpochMs; knownMs: EpochMs };
      const { fetchedMs } = provenance;
      if (!Number.isFinite(eventMs) || !Number.isFinite(knownMs)) {
        rejected.push({ what: draft.kind, why: 'it has no time that can be read' });
        return;
      }
      if (!AHEAD.has(draft.kind) && eventMs > fetchedMs + SKEW_MS) {
        rejected.push({
          what: draft.kind,
          why: `it says of itself that it is of ${toIso(eventMs)}, after it was fetched`,
        });
        return;
      }
      // What was fetched was known by then, however carefully its time of release is put.
      const known = { knownMs: Math.min(knownMs, fetchedMs) };
      // A union keeps its members apart; the spread of all of them does not.
      records.push(
        sealRecord({ ...draft, ...known, source, provenance, redistributable } as RecordDraft) as DataRecord,
      );
    },
    reject: (what, why) => void rejected.push({ what: what.slice(0, 120), why }),
  };
}

export function joinFetched(
  parts: readonly (Pick<FetchedRecords, 'records' | 'rejected'> & { provenance: Provenance })[],
): FetchedRecords {
  return {
    records: parts.flatMap(({ records }) => records),
    rejected: parts.flatMap(({ rejected }) => rejected),
    provenance: parts.map(({ provenance }) => provenance),
  };
}

/** Throws AppError(bad_input) for what a source does not have. */
export function requireKind(
  source: string,
  request: RecordRequest,
  kinds: readonly RecordKind[],
  exchanges: readonly Exchange[],
): void {
  if (!kinds.includes(request.kind)) {
    throw new AppError('bad_input', `${source} has no ${request.kind} records; it has ${kinds.join(', ')}`);
  }
  if (!exchanges.includes(request.exchange)) {
    throw new AppError(
      'bad_input',
      `${source} covers ${exchanges.join(' and ')}, not ${request.exchange}; ask another source`,
    );
  }
}

/** Throws AppError(bad_input) where a source is asked by symbol and none was given. */
export function requireSymbols(source: string, request: RecordRequest): readonly string[] {
  if (request.symbols.length > 0) return request.symbols;
  throw new AppError('bad_input', `${source} is asked for ${request.kind} by symbol; give at least one`);
}

/** Text without markup, cut to what a record holds. */
export function plainText(html: string, length = 5000): string {
  const entities: Readonly<Record<string, string>> = {
    '&amp;': '&',
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&nbsp;': ' ',
  };
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (entity) => entities[entity]!)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, length);
}

/** An address that a page may link to; anything else is none. */
export function webUrl(text: string | null | undefined): string | null {
  if (text === null || text === undefined || !URL.canParse(text)) return null;
  return /^https?:$/.test(new URL(text).protocol) ? text : null;
}

/** `-`, `NA` and nothing are no number; thousands may be set apart. */
export function numberOf(text: unknown): number | null {
  if (typeof text === 'number') return Number.isFinite(text) ? text : null;
  if (typeof text !== 'string') return null;
  const plain = text.replaceAll(',', '').replace(/%$/, '').trim();
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(plain) ? Number(plain) : null;
}
