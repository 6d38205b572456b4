import type { EpochMs } from '@aion/core';
import type { SourceExchange } from '../sources/exchange-time.ts';
import type { Provenance } from '../sources/ports.ts';
import type { DataRecord, RecordKind } from './record.ts';

export interface RecordRequest {
  readonly kind: RecordKind;
  readonly exchange: SourceExchange;
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
