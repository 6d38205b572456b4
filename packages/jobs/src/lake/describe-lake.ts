import { fragmentationReport, readManifest, type FragmentationReport } from '@aion/market';
import { seriesOf, type LakeHost, type WhichSeries } from './series-of.ts';

/**
 * How the bars lie: objects, deltas, small and overlapping ones, bytes, and what nothing refers to.
 *
 * @example const [daily] = await describeLake(host, { exchange: 'NSE', series: 'daily' });
 */
export async function describeLake(host: LakeHost, which: WhichSeries): Promise<FragmentationReport[]> {
  const reports: FragmentationReport[] = [];
  for (const series of await seriesOf(host, which))
    reports.push(await fragmentationReport(host.ingest, await readManifest(host.ingest, which.exchange, series)));
  return reports;
}
