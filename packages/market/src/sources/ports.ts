import type { EpochMs, SessionDate, Exchange } from '@aion/core';
import type { BarTable, DailyBars, IntradayBars } from '../bars.ts';
import type { RejectedBar } from './vendor-bars.ts';

/** Where a record came from: enough to ask again and to see that the answer is still the same. */
export interface Provenance {
  readonly source: string;
  /** Without keys and tokens. */
  readonly url: string;
  readonly fetchedMs: EpochMs;
  /** Of the answer's body. */
  readonly sha256: string;
}

/**
 * What was done to a vendor's prices. Only `none` may be stored as raw bars; the others are for comparison and for display, and are
 * never written over raw ones.
 */
export type Adjustment = 'none' | 'splits' | 'splits_and_dividends';

export interface BarRequest {
  readonly symbol: string;
  readonly exchange: Exchange;
  /** Both inclusive, in exchange time. */
  readonly from: SessionDate;
  readonly to: SessionDate;
  readonly signal?: AbortSignal;
}

interface Fetched {
  readonly source: string;
  readonly exchange: Exchange;
  readonly adjustment: Adjustment;
  readonly currency: string;
  readonly rejected: readonly RejectedBar[];
  readonly provenance: readonly Provenance[];
}

export interface FetchedDaily extends Fetched {
  readonly bars: DailyBars;
}

export interface FetchedIntraday extends Fetched {
  readonly bars: IntradayBars;
}

/** One vendor's bars of single instruments. A method that is absent is a kind the vendor does not have. */
export interface BarSource {
  readonly name: string;
  readonly exchanges: readonly Exchange[];
  /** Whole sessions only. Throws AppError(bad_input) for an exchange the vendor does not have. */
  daily?(request: BarRequest): Promise<FetchedDaily>;
  /** Closed bars only. Throws AppError(bad_input) for a bar size or a range that the vendor does not keep. */
  intraday?(request: BarRequest & { readonly barMinutes: number }): Promise<FetchedIntraday>;
}

/** A split, bonus or dividend as a vendor reports it; `value` as in CorporateAction. */
export interface FetchedAction {
  readonly symbol: string;
  readonly exDay: number;
  readonly kind: 'split_or_bonus' | 'dividend';
  readonly value: number;
  /** Dividends of vendors that restate them: the day in whose shares the amount is given. */
  readonly basisDay?: number;
}

export interface FetchedActions {
  readonly source: string;
  readonly actions: readonly FetchedAction[];
  readonly rejected: readonly RejectedBar[];
  readonly provenance: readonly Provenance[];
}

export interface ActionSource {
  readonly name: string;
  readonly exchanges: readonly Exchange[];
  actions(request: BarRequest): Promise<FetchedActions>;
}

/** The exchange's own file of a session. That it is not published (yet) is an answer, not a failure. */
export type MarketFile =
  | { readonly kind: 'published'; readonly name: string; readonly bytes: Uint8Array; readonly provenance: Provenance }
  | { readonly kind: 'not_published'; readonly tried: readonly string[] };

/** Bars of one session's indices, under the names of the lake. */
export interface IndexBars {
  readonly table: BarTable;
  /** Indices of the file without prices, or without a name that the lake takes. */
  readonly leftOut: number;
}

export interface MarketFileSource {
  readonly name: string;
  readonly exchange: Exchange;
  sessionFile(date: SessionDate, signal?: AbortSignal): Promise<MarketFile>;
  /** The session's indices; null while they are not published. */
  indexBars(date: SessionDate, signal?: AbortSignal): Promise<IndexBars | null>;
}

/** A trade or quote that a stream reports. `volumeShares`: of this trade, or of the session so far where `cumulative`. */
export interface Tick {
  readonly symbol: string;
  readonly eventMs: EpochMs;
  readonly knownMs: EpochMs;
  readonly price: number;
  readonly volumeShares: number;
  readonly cumulative: boolean;
}

/** A running subscription. `closed` resolves with the reason once the stream has ended for good. */
export interface TickStream {
  close(): Promise<void>;
  readonly closed: Promise<string>;
}

export interface TickSource {
  readonly name: string;
  stream(symbols: readonly string[], onTick: (tick: Tick) => void): Promise<TickStream>;
}
