import type { Currency, EpochMs, Minor, SessionDate } from '@aion/core';

export type Side = 'BUY' | 'SELL';
export type Standing = 'champion' | 'experimental' | 'stub';

/** A code and its sentence for people: "waits because the hourly trend is down". */
export interface Reason {
  readonly code: string;
  readonly title: string;
}

/** Where to enter, where the idea is wrong, where to take profit; minor units, on the exchange's tick. */
export interface TradePlan {
  readonly entryLowMinor: Minor;
  readonly entryHighMinor: Minor;
  readonly stopMinor: Minor;
  readonly targetsMinor: readonly Minor[];
  readonly rewardRiskRatio: number;
  readonly validUntil: SessionDate;
}

export interface ModelVote {
  readonly model: string;
  readonly version: string;
  readonly vote: 'UP' | 'DOWN' | 'NEUTRAL';
  readonly upProb: number | null;
  readonly returnFrac: number | null;
}

/** What was published about one instrument on one session. It never changes; what becomes of it is its lifecycle. */
export interface Signal {
  readonly id: string;
  readonly exchange: 'NSE' | 'US';
  readonly currency: Currency;
  readonly symbol: string;
  readonly isin: string | null;
  readonly name: string | null;
  readonly sector: string | null;
  readonly sessionDate: SessionDate;
  readonly snapshotId: string;
  readonly rank: number;
  readonly side: Side;
  /** Probability that the proposed side wins, in [0, 1]. */
  readonly confidence: number;
  /** Null for SELL: it means exit or avoid and opens nothing. */
  readonly plan: TradePlan | null;
  readonly votes: readonly ModelVote[];
  readonly failProb: number;
  readonly vetoDecision: 'boost' | 'pass';
  readonly smcFlags: readonly Reason[];
  readonly reasons: readonly Reason[];
  readonly whatWouldChange: readonly string[];
  readonly band: { readonly lowMinor: Minor; readonly medianMinor: Minor; readonly highMinor: Minor };
  readonly context: readonly {
    readonly name: string;
    readonly value: number;
    readonly title: string;
    readonly absent: string | null;
  }[];
  readonly lastCloseMinor: Minor;
  readonly sparkMinor: readonly Minor[];
  readonly standing: Standing;
  readonly simulated: boolean;
}

export type SignalStatus =
  | 'ACTIVE'
  | 'ENTERED'
  | 'MISSED'
  | 'EXPIRED'
  | 'TARGET'
  | 'STOPPED'
  | 'TIMED_OUT'
  | 'RECALLED';

/** A signal with what became of it. */
export interface PublishedSignal {
  readonly signal: Signal;
  readonly status: SignalStatus;
  readonly publishedAtMs: EpochMs;
  readonly runId: string;
  readonly revision: number;
  /** A later revision of the same session replaced this one in the list; it stays in the record. */
  readonly superseded: boolean;
}

/** The result of refinement has no side, so it can neither flip nor create a signal. */
export interface Readiness {
  readonly state: 'READY_TO_ENTER' | 'WAIT';
  readonly reasons: readonly Reason[];
  readonly asOfMs: EpochMs;
}
