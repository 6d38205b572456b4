import { type Exchange, type Clock, type ItemTable, type ObjectStore, type Queue, type Telemetry } from '@aion/core';
import type { IngestPorts } from '@aion/market';
import type { FeatureWorkers, PipelinePorts } from '@aion/pipeline';
import type { FeatureTableCodec } from '@aion/features';
import type { KillSwitch } from '@aion/trading';
import type { FeatureQueues } from '@aion/universe';
import type { Config } from './config.ts';
import type { MarketProfile } from './market-profile.ts';

/** What the operator must hear of, by mail where the host has one. */
export interface Notice {
  readonly subject: string;
  readonly text: string;
}

/** The queues of feature requests on a host, one for each lane of urgency. */
export function featureQueuesOn(queue: (name: string) => Queue): FeatureQueues {
  return { urgent: queue('features-urgent'), normal: queue('features-normal'), idle: queue('features-idle') };
}

/** What both hosts give to jobs and to the API: everything above it is the same on one machine and on AWS. */
export interface Host {
  readonly config: Config;
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  readonly ingest: IngestPorts;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Names this process in leases, and tells whether another has ended. */
  readonly owner: PipelinePorts['owner'];
  readonly kill: KillSwitch;
  /** Calls `work` every so often until the answer is called; keeps no process alive. */
  every(milliseconds: number, work: () => void): () => void;
  readonly tellOperator: (notice: Notice) => Promise<void>;
  /** The store of features: how its tables are written, and the queues of what alerts ask for. */
  readonly featureStore: { readonly codec: FeatureTableCodec; queues(): FeatureQueues };
  /** Salts the track record's commitments. */
  readonly ledgerSecret: string;
  /** Hash of the program's own source: part of every snapshot. */
  codeHash(): string;
  /** What a job needs, as of now: profile and clock are read afresh. */
  pipeline(options?: { readonly workers?: number; readonly exchange?: Exchange }): Promise<PipelinePorts>;
  profile(): Promise<MarketProfile>;
  /** Workers that keep what they compute for the run's other tasks, and find what those have kept, under the hash of program and bars. */
  sharedFeatures(base: FeatureWorkers): FeatureWorkers;
}
