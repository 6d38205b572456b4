import { sweepLake, type SweepReport } from '@aion/market';
import { seriesOf, type LakeHost, type WhichSeries } from './series-of.ts';

/** Removes objects that nothing has referred to for seven days; with `dryRun` says which they are. */
export async function sweepSeries(
  host: LakeHost,
  { dryRun, ...which }: WhichSeries & { readonly dryRun: boolean },
): Promise<SweepReport[]> {
  const reports: SweepReport[] = [];
  for (const series of await seriesOf(host, which))
    reports.push(await sweepLake(host.ingest, which.exchange, series, { nowMs: host.clock.nowMs(), dryRun }));
  return reports;
}
