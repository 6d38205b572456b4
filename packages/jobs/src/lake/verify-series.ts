import { readManifest, verifyLake, type SeriesName, type VerifyReport } from '@aion/market';
import { seriesOf, type LakeHost, type WhichSeries } from './series-of.ts';

export interface VerifyInput extends WhichSeries {
  readonly onProgress?: (series: SeriesName, done: number, total: number) => void;
}

/** Reads every object again: hashes, rows, days, and the sum over all bars. A report without problems is of a series that is whole. */
export async function verifySeries(host: LakeHost, { onProgress, ...which }: VerifyInput): Promise<VerifyReport[]> {
  const reports: VerifyReport[] = [];
  for (const series of await seriesOf(host, which)) {
    const manifest = await readManifest(host.ingest, which.exchange, series);
    const report = await verifyLake(host.ingest, manifest, (done, total) => onProgress?.(series, done, total));
    reports.push(report);
  }
  return reports;
}
