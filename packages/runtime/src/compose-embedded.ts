import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { unpackArchive } from '@aion/adapters/archive/unpack';
import { makeFileObjectStore } from '@aion/adapters/files/object-store';
import { makeOnnxLoader } from '@aion/adapters/onnx/tensor-model-loader';
import { makeParquetBarCodec } from '@aion/adapters/parquet/bar-codec';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { openStateFile, type StateFile } from '@aion/adapters/sqlite/state-file';
import { systemClock } from '@aion/adapters/system/clock';
import { makeTelemetry } from '@aion/adapters/telemetry/telemetry';
import { makeFeatureWorkers } from '@aion/adapters/workers/feature-workers';
import type { Clock, ItemTable, ObjectStore } from '@aion/core';
import { promoteBundle, registerBundle, storeStubBundle } from '@aion/forecast';
import type { IngestPorts } from '@aion/market';
import { makeLakeReader, type PipelinePorts } from '@aion/pipeline';
import type { LoadedConfig } from './config.ts';
import { computeCodeHash } from './home/code-hash.ts';
import { clockOf, loadProfile, type MarketProfile } from './home/market-profile.ts';
import { processOwner } from './home/owner.ts';
import { loadSecrets, type Secrets } from './home/secrets.ts';

/** Everything one machine needs, composed: SQLite and files behind the ports. */
export interface Embedded {
  readonly loaded: LoadedConfig;
  readonly state: StateFile;
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  readonly ingest: IngestPorts;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly telemetry: ReturnType<typeof makeTelemetry>;
  /** What a job needs, as of now: profile and clock are read afresh. */
  pipeline(options?: { workers?: number }): Promise<PipelinePorts>;
  profile(): Promise<MarketProfile>;
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
  const items = makeSqliteItemTable(state, clock);
  const objects = makeFileObjectStore(objectsPath(home));
  const codec = makeParquetBarCodec();
  const ingest: IngestPorts = { items, objects, codec, clock, unpack: unpackArchive };
  const telemetry = makeTelemetry({ level: config.logLevel });
  const secrets = loadSecrets(home);
  let codeHash: string | undefined;
  return {
    loaded,
    state,
    items,
    objects,
    ingest,
    secrets,
    clock,
    telemetry,
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
        fusionPolicy: config.fusion,
        codeHash: (codeHash ??= computeCodeHash()),
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

/** In stub mode the generated stub bundle is registered where no other serves; prod is left to what was registered. */
export async function ensureModels(embedded: Embedded): Promise<void> {
  if (embedded.loaded.config.mode !== 'stub') return;
  const found = await embedded.items.get({ table: 'product', pk: 'MODELS#swing', sk: 'ALIASES' });
  if (found !== undefined) return;
  const bundle = await storeStubBundle(embedded.objects);
  await registerBundle(embedded, bundle);
  await promoteBundle(embedded, bundle.version);
}
