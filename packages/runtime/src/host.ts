import type { Clock, ItemTable, ObjectStore, Telemetry } from '@aion/core';
import type { IngestPorts } from '@aion/market';
import type { PipelinePorts } from '@aion/pipeline';
import type { KillSwitch } from '@aion/trading';
import type { Config } from './config.ts';
import type { MarketProfile } from './home/market-profile.ts';

/** What both hosts give to jobs and to the API: everything above it is the same on one machine and on AWS. */
export interface Host {
  readonly config: Config;
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  readonly ingest: IngestPorts;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly kill: KillSwitch;
  /** Salts the track record's commitments. */
  readonly ledgerSecret: string;
  /** Hash of the program's own source: part of every snapshot. */
  codeHash(): string;
  /** What a job needs, as of now: profile and clock are read afresh. */
  pipeline(options?: { workers?: number }): Promise<PipelinePorts>;
  profile(): Promise<MarketProfile>;
}
