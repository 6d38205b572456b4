import { unpackArchive } from '@aion/adapters/archive/unpack';
import { makeParquetBarCodec } from '@aion/adapters/parquet/bar-codec';
import { makeFeatureWorkers } from '@aion/adapters/workers/feature-workers';
import type { CloudTools } from './compose-cloud.ts';
import { cloudHostWith, memoise } from './functions.ts';

/** What reads the lake and computes features. One thread: a function has the share of a processor that its memory pays for. */
export const lakeTools = {
  codec: makeParquetBarCodec(),
  unpack: unpackArchive,
  featureWorkers: makeFeatureWorkers(1),
} satisfies CloudTools;

export const lakeHost = memoise(() => cloudHostWith(lakeTools));
