import type { ReadinessReason } from '@aion/contracts';
import type {
  Currency,
  EpochMs,
  Exchange,
  GateResult,
  Minor,
  Opinion,
  ReadinessState,
  SessionDate,
  Side,
  SignalStatus,
  Standing,
  StopBasis,
  TargetBasis,
} from '@aion/core';

/** A code and its sentence for people: "stands on a fresh bullish order block". */
export interface Reason {
  readonly code: string;
  readonly title: string;
}

/**
 * Where to enter, where the idea is wrong, where to take profit; minor units, on the exchange's tick. The whole exits at the first
 * target; later ones say how far the forecast reaches.
 */
export interface TradePlan {
  readonly entryLowMinor: Minor;
  readonly entryHighMinor: Minor;
  readonly stopMinor: Minor;
  /** Absent, as the next, in plans that were published before they were kept. */
  readonly stopBasis?: StopBasis;
  readonly targetsMinor: readonly Minor[];
  readonly targetBasis?: TargetBasis;
  /** To the first target, at the worst fill: the top of the zone. */
  readonly rewardRiskRatio: number;
  readonly validUntil: SessionDate;
}

/** A plan that is made now: it says what its levels stand on. */
export type MadePlan = TradePlan & Required<Pick<TradePlan, 'stopBasis' | 'targetBasis'>>;

export interface ModelVote {
  readonly model: string;
  readonly version: string;
  readonly vote: Opinion;
  readonly upProb: number | null;
  readonly returnFrac: number | null;
}

/** What was published about one instrument on one session. It never changes; what becomes of it is its lifecycle. */
export interface Signal {
  readonly id: string;
  readonly exchange: Exchange;
  readonly currency: Currency;
  readonly symbol: string;
  readonly isin: string | null;
  readonly name: string | null;
  readonly sector: string | null;
  readonly sessionDate: SessionDate;
  readonly snapshotId: string;
  readonly rank: number;
  readonly side: Side;
  /** Model confidence: the models' weighted probability that the proposed side wins, in [0, 1]. Not calibrated. */
  readonly confidence: number;
  /** Null for SELL: it means exit or avoid and opens nothing. */
  readonly plan: TradePlan | null;
  /** Of the models that forecast a direction. The veto judges and has no vote. */
  readonly votes: readonly ModelVote[];
  /** The veto's probability that this signal fails: for a BUY that the long trade does, for a SELL that it does not. */
  readonly failProb: number;
  readonly vetoDecision: GateResult;
  readonly smcFlags: readonly Reason[];
  readonly reasons: readonly Reason[];
  readonly whatWouldChange: readonly string[];
  /** What the exchange or the calendar of results asks to heed; absent where nothing does, and in older signals. */
  readonly warnings?: readonly Reason[];
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
  readonly state: ReadinessState;
  readonly reasons: readonly ReadinessReason[];
  readonly asOfMs: EpochMs;
}
