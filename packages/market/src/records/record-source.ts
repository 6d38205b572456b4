import type { EpochMs, SessionDate, Exchange } from '@aion/core';
import type { Provenance } from '../sources/ports.ts';
import type { FlagList } from './flags.ts';
import type { DataRecord, FlagName, RecordKind } from './record.ts';

export interface RecordRequest {
  readonly kind: RecordKind;
  readonly exchange: Exchange;
  /** Symbols, or series of macro data; none: everything that the source has in the range. */
  readonly symbols: readonly string[];
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly signal?: AbortSignal;
}

/** An entry that did not become a record, and why. */
export interface RejectedRecord {
  readonly what: string;
  readonly why: string;
}

export interface FetchedRecords {
  readonly records: readonly DataRecord[];
  readonly rejected: readonly RejectedRecord[];
  readonly provenance: readonly Provenance[];
}

/** One vendor's records. */
export interface RecordSource {
  readonly name: string;
  readonly kinds: readonly RecordKind[];
  /** Throws AppError(bad_input) for a kind or an exchange that it does not have. */
  fetch(request: RecordRequest): Promise<FetchedRecords>;
}

/** One of the exchange's files, and the lists that it holds. */
export interface FlagQuestion {
  readonly flags: readonly FlagName[];
  ask(signal?: AbortSignal): Promise<readonly FlagList[]>;
}

/** An exchange's lists of what bars or limits entries. */
export interface FlagSource {
  /**
   * What to ask for the lists that apply from the opening of a session on: surveillance, trade-to-trade, ban, bands. Each is asked by itself,
   * so that one that cannot be had leaves only its own lists as they were.
   */
  questions(session: SessionDate): readonly FlagQuestion[];
  /** Days on which companies decide on their results. */
  results(fromMs: number, toMs: number, signal?: AbortSignal): Promise<FetchedRecords>;
}
