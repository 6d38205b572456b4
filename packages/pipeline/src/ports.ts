import type {
  Clock,
  EpochMs,
  ItemTable,
  ObjectStore,
  SessionDate,
  Telemetry,
  TensorModelLoader,
  Exchange,
} from '@aion/core';
import type {
  AcceptedIssue,
  CorporateAction,
  DailyBars,
  ExchangeCalendar,
  IdentityMaster,
  Instrument,
  IntradayBars,
} from '@aion/market';
import type { Measures } from '@aion/market/records';
import type { Mode } from '@aion/forecast';
import type { GateRules, ScannerConfig } from '@aion/universe';
import type { FusionPolicy } from '@aion/signals';
import type { FeatureShard, SymbolFeatures } from './features/symbol-features.ts';

export interface ReasonTally {
  readonly reason: string;
  readonly title: string;
  readonly count: number;
}

/** What the pipeline reads of one exchange. Everything up to and including the given days; adjusted nowhere. */
export interface MarketReader {
  readonly exchange: Exchange;
  readonly calendar: ExchangeCalendar;
  /** Raw daily bars of every stored instrument, sorted by symbol. */
  daily(toDay: number): Promise<readonly DailyBars[]>;
  /** Index series by name, such as NIFTY50 and INDIA_VIX. */
  index(toDay: number): Promise<readonly DailyBars[]>;
  /** Raw hourly bars of the sessions in [fromDay, toDay], sorted by symbol. */
  hourly(fromDay: number, toDay: number): Promise<readonly IntradayBars[]>;
  actions(): Promise<readonly CorporateAction[]>;
  instruments(): Promise<ReadonlyMap<string, Instrument>>;
  /** Who each symbol is, and what was decided about changes of names. */
  identity(): Promise<IdentityMaster>;
  /** Findings of the checks that a person found in order. */
  accepted(): Promise<readonly AcceptedIssue[]>;
  /** Measures of the exchange in force at an instant, and days of results, both by what was known at `knownMs`. */
  measures(inForceMs: EpochMs, knownMs: EpochMs): Promise<Measures>;
  /** Rows held back at import, by reason. */
  quarantined(): Promise<readonly ReasonTally[]>;
  readonly simulated: boolean;
}

/** Computes the features of shards of symbols, possibly in parallel. The results come in the order of the shards. */
export type FeatureWorkers = (
  shards: readonly FeatureShard[],
  onDone: (symbols: number) => void,
) => Promise<readonly (readonly SymbolFeatures[])[]>;

export interface PipelinePorts {
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  /** The wall clock: leases, durations. */
  readonly clock: Clock;
  /** The product's now: frozen or live. */
  readonly marketClock: Clock;
  readonly telemetry: Telemetry;
  readonly market: MarketReader;
  readonly models: TensorModelLoader;
  readonly featureWorkers: FeatureWorkers;
  readonly mode: Mode;
  readonly gateRules: GateRules;
  /** The operator's own scans, and the preset that cuts the universe further, if any. */
  readonly scanners: ScannerConfig;
  readonly fusionPolicy: FusionPolicy;
  /** Hash of the program's own source: part of every snapshot. */
  readonly codeHash: string;
  /** Salts the track record's commitments. */
  readonly ledgerSecret: string;
  /** Names this process in leases; `isGone` tells that another owner's process ended, so its lease need not be waited out. */
  readonly owner: { readonly name: string; isGone(other: string): boolean };
  /** Fault injection: called at named points; may never return. */
  readonly crashPoint?: (name: string) => void;
}

export interface RunTarget {
  readonly sessionDate: SessionDate;
  readonly nowMs: EpochMs;
}
