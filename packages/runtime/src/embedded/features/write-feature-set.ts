import { writeFeatureSet, type FeatureSet } from '@aion/adapters/parquet/feature-set';
import type { SessionDate, Exchange } from '@aion/core';
import type { Host } from '@aion/jobs';
import { barsForFeatures } from '@aion/jobs/features';

/** Features of every bar of all instruments up to a session, on prices as they were known at each, as a folder of Parquet files. */
export async function writeFeaturesOfBars(
  host: Host,
  market: Exchange,
  names: readonly string[],
  target: { readonly folder: string; readonly workers: number; readonly date?: SessionDate | undefined },
  onDone: (done: number, total: number) => void,
): Promise<FeatureSet> {
  const job = await barsForFeatures(host, market, names, target.date);
  let done = 0;
  return writeFeatureSet({
    ...job,
    folder: target.folder,
    workers: target.workers,
    onDone: (symbols) => onDone((done += symbols), job.instruments.length),
  });
}
