import { careForLake, type SeriesCare } from './care-for-series.ts';
import type { Host } from '../host.ts';

export interface LakeCareReport {
  readonly series: readonly SeriesCare[];
  readonly milliseconds: number;
}

/** The night's care for the lake, on either host. The gauge `lake_care_done` is set each time, so that silence can be seen. */
export async function runLakeCare(
  host: Pick<Host, 'ingest' | 'clock' | 'telemetry' | 'config'>,
): Promise<LakeCareReport> {
  const nowMs = host.clock.nowMs();
  const series = await careForLake(host.ingest, { nowMs, archiveAfterYears: host.config.archiveAfterYears });
  const milliseconds = host.clock.nowMs() - nowMs;
  host.telemetry.gauge('lake_care_done', 1);
  host.telemetry.log('info', 'the lake was cared for', {
    compacted: series.reduce((sum, one) => sum + one.compacted.length, 0),
    archived: series.reduce((sum, one) => sum + one.archived.length, 0),
    removed: series.reduce((sum, one) => sum + one.removed, 0),
    milliseconds,
  });
  return { series, milliseconds };
}
