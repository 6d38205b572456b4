import { unpackArchive } from '@aion/adapters/archive/unpack';
import { makeFileObjectStore } from '@aion/adapters/files/object-store';
import { makeOnnxLoader } from '@aion/adapters/onnx/tensor-model-loader';
import { makeTellOperator } from '@aion/adapters/outbox/outbox';
import { makeParquetBarCodec } from '@aion/adapters/parquet/bar-codec';
import { featureTableCodec } from '@aion/adapters/parquet/feature-codec';
import { makeSqliteItemTable } from '@aion/adapters/sqlite/item-table';
import { makeSqliteQueue } from '@aion/adapters/sqlite/queue';
import type { StateFile } from '@aion/adapters/sqlite/state-file';
import { systemClock } from '@aion/adapters/system/clock';
import { every } from '@aion/adapters/system/every';
import { makeStoredFeatureWorkers } from '@aion/adapters/workers/stored-shards';
import { makeTelemetry } from '@aion/adapters/telemetry/telemetry';
import { makeFeatureWorkers } from '@aion/adapters/workers/feature-workers';
import type { IngestPorts } from '@aion/market';
import { withOperatorErrors, type Queue } from '@aion/core';
import { makeKillSwitch } from '@aion/trading';
import type { LoadedConfig } from './load-config.ts';
import { featureQueuesOn, type Host, loadProfile } from '@aion/jobs';
import { computeCodeHash } from '../code-hash.ts';
import { pipelinePorts } from '../pipeline-ports.ts';
import { endSessions } from './home/end-sessions.ts';
import { processOwner } from './home/owner.ts';
import { objectsPath } from './home/home-paths.ts';
import { openHome } from './home/open-home.ts';
import { loadSecrets, type Secrets } from './home/secrets.ts';

/** Everything one machine needs, composed: SQLite and files behind the ports. */
export interface Embedded extends Host {
  readonly loaded: LoadedConfig;
  readonly homeId: string;
  /** What others on this machine could read of the home until this opening. */
  readonly closedToOthers: readonly string[];
  readonly state: StateFile;
  readonly secrets: Secrets;
  readonly telemetry: ReturnType<typeof makeTelemetry>;
  close(): void;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Opens (or creates) the home and composes the embedded host over it. Throws what `openHome` throws.
 *
 * @example const embedded = composeEmbedded(loadConfig(process.env, process.cwd())); // embedded.close() lets go of the home
 */
export function composeEmbedded(loaded: LoadedConfig): Embedded {
  const { home, config } = loaded;
  const clock = systemClock;
  const { id: homeId, closed, state, kill: killFile } = openHome(home, clock.nowMs());
  const secrets = closingOnFailure(state, () => loadSecrets(home, { beforeNewKey: () => endSessions(state) }));
  const items = withOperatorErrors(makeSqliteItemTable(state, clock));
  const objects = withOperatorErrors(makeFileObjectStore(objectsPath(home)));
  const codec = makeParquetBarCodec();
  const ingest: IngestPorts = { items, objects, codec, clock, unpack: unpackArchive };
  const telemetry = makeTelemetry({ level: config.logLevel });
  if (closed.length > 0) telemetry.log('warn', 'others on this machine could read parts of the home', { closed });
  const kill = makeKillSwitch({
    items,
    clock,
    file: killFile,
    pause,
    onBehind: (problem) => telemetry.log('error', 'the kill switch is not in file and items alike', { error: problem }),
  });
  let computed: string | undefined;
  const codeHash = (): string => (computed ??= computeCodeHash());
  const shared = { config, items, objects, ingest, clock, telemetry, owner: processOwner, codeHash };
  return {
    ...shared,
    loaded,
    homeId,
    closedToOthers: closed,
    kill,
    state,
    secrets,
    ledgerSecret: secrets.ledgerSecret,
    profile: () => loadProfile(items),
    every,
    tellOperator: makeTellOperator(items, clock),
    featureStore: {
      codec: featureTableCodec,
      queues: () => featureQueuesOn((name) => makeSqliteQueue(state, clock, name)),
    },
    sharedFeatures: (base) => makeStoredFeatureWorkers({ items, objects, codeHash: codeHash(), clock }, base),
    async pipeline(options = {}) {
      const crashAt = process.env['AION_CRASH_AT'];
      return pipelinePorts(
        {
          ...shared,
          ledgerSecret: () => secrets.ledgerSecret,
          models: makeOnnxLoader({ threads: config.modelThreads }),
          featureWorkers: makeFeatureWorkers(options.workers ?? config.workers),
          // Fault injection for the resumption tests: the process ends as a power cut would end it.
          ...(crashAt === undefined
            ? {}
            : { crashPoint: (name: string) => void (name === crashAt && process.kill(process.pid, 'SIGKILL')) }),
        },
        options.exchange,
      );
    },
    close() {
      killFile.close();
      state.close();
    },
  };
}

function closingOnFailure<T>(state: StateFile, work: () => T): T {
  try {
    return work();
  } catch (error) {
    state.close();
    throw error;
  }
}

/** The queue of billing events of one machine. */
export const embeddedBillingQueue = (embedded: Embedded): Queue =>
  makeSqliteQueue(embedded.state, embedded.clock, 'billing');
