import { unpackArchive } from '@aion/adapters/archive/unpack';
import { makeParquetBarCodec } from '@aion/adapters/parquet/bar-codec';
import { makeFeatureWorkers } from '@aion/adapters/workers/feature-workers';
import { composeCloud, type Cloud, type CloudTools } from './compose-cloud.ts';
import { awsClients, cloudHostWith, memoise } from './functions.ts';

/** What reads the lake and computes features. One thread: a function has the share of a processor that its memory pays for. */
export const lakeTools = {
  codec: makeParquetBarCodec(),
  unpack: unpackArchive,
  featureWorkers: makeFeatureWorkers(1),
} satisfies CloudTools;

/** The host of a task: it chains signals, so it has the ledger's secret. */
export const lakeHost = memoise(() => cloudHostWith(lakeTools));

/** The host of an import: it writes the lake and chains nothing. */
export const importHost = memoise(async (): Promise<Cloud> => composeCloud(process.env, await awsClients(), lakeTools));
