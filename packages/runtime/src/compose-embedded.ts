import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { unpackArchive } from '@aion/adapters/archive/unpack';
import { makeFileObjectStore } from '@aion/adapters/files/object-store';
import { makeOnnxLoader } from '@aion/adapters/onnx/tensor-model-loader';
import { makeParquetBarCodec } from '@aion/adapters/parquet/bar-codec';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { makeSqliteQueue } from '@aion/adapters/sqlite/queue';
import { openStateFile, type StateFile } from '@aion/adapters/sqlite/state-file';
import { systemClock } from '@aion/adapters/system/clock';
import { makeTelemetry } from '@aion/adapters/telemetry/telemetry';
import { makeFeatureWorkers } from '@aion/adapters/workers/feature-workers';
import type { IngestPorts } from '@aion/market';
import { withOperatorErrors, type Queue } from '@aion/core';
import { makeLakeReader } from '@aion/pipeline';
import type { LoadedConfig } from './config.ts';
import type { Host } from './host.ts';
import { computeCodeHash } from './home/code-hash.ts';
import { clockOf, loadProfile } from './home/market-profile.ts';
import { processOwner } from './home/owner.ts';
import { loadSecrets, type Secrets } from './home/secrets.ts';

/** Everything one machine needs, composed: SQLite and files behind the ports. */
export interface Embedded extends Host {
  readonly loaded: LoadedConfig;
  readonly state: StateFile;
  readonly secrets: Secrets;
  readonly telemetry: ReturnType<typeof makeTelemetry>;
  close(): void;
}

export const statePath = (home: string): string => join(home, 'state.db');
export const objectsPath = (home: string): string => join(home, 'objects');

/** Opens (or creates) the home and composes the embedded host over it. */
export function composeEmbedded(loaded: LoadedConfig): Embedded {
  const { home, config } = loaded;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const state = openStateFile(statePath(home));
  const clock = systemClock;
  const items = withOperatorErrors(makeSqliteItemTable(state, clock));
  const objects = withOperatorErrors(makeFileObjectStore(objectsPath(home)));
  const codec = makeParquetBarCodec();
  const ingest: IngestPorts = { items, objects, codec, clock, unpack: unpackArchive };
  const telemetry = makeTelemetry({ level: config.logLevel });
  const secrets = loadSecrets(home);
  let computed: string | undefined;
  const codeHash = (): string => (computed ??= computeCodeHash());
  return {
    loaded,
    config,
    state,
    items,
    objects,
    ingest,
    secrets,
    ledgerSecret: secrets.ledgerSecret,
    clock,
    telemetry,
    codeHash,
    profile: () => loadProfile(items),
    async pipeline(options = {}) {
      const profile = await loadProfile(items);
      const crashAt = process.env['AION_CRASH_AT'];
      return {
        items,
        objects,
        clock,
        marketClock: clockOf(profile, clock),
        telemetry,
        market: makeLakeReader({ items, objects, codec }, 'NSE', profile.simulated),
        models: makeOnnxLoader({ threads: config.modelThreads }),
        featureWorkers: makeFeatureWorkers(options.workers ?? config.workers),
        mode: config.mode,
        gateRules: config.gates,
        scanners: config.scanners,
        fusionPolicy: config.fusion,
        codeHash: codeHash(),
        ledgerSecret: secrets.ledgerSecret,
        owner: processOwner,
        // Fault injection for the resumption tests: the process ends as a power cut would end it.
        ...(crashAt === undefined
          ? {}
          : { crashPoint: (name: string) => void (name === crashAt && process.kill(process.pid, 'SIGKILL')) }),
      };
    },
    close: () => state.close(),
  };
}

/** The queue of billing events of one machine. */
export const embeddedBillingQueue = (embedded: Embedded): Queue =>
  makeSqliteQueue(embedded.state, embedded.clock, 'billing');
