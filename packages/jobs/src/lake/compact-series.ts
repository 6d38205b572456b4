import { compactLake, type Compacted, type SeriesName } from '@aion/market';
import { seriesOf, todayOf, type LakeHost, type WhichSeries } from './series-of.ts';

export interface CompactInput extends WhichSeries {
  /** Also the deltas of this month. */
  readonly all: boolean;
  /** Says what would be joined and changes nothing. */
  readonly dryRun: boolean;
  readonly onProgress?: (series: SeriesName, partition: string) => void;
}

/** Joins the deltas of past months with their year; the bars stay the same. */
export async function compactSeries(
  host: LakeHost,
  { all, dryRun, onProgress, ...which }: CompactInput,
): Promise<(Compacted & { readonly series: SeriesName })[]> {
  const done: (Compacted & { readonly series: SeriesName })[] = [];
  for (const series of await seriesOf(host, which)) {
    const joined = await compactLake(host.ingest, which.exchange, series, {
      ...{ today: todayOf(host, which.exchange), all, dryRun },
      onProgress: (partition) => onProgress?.(series, partition),
    });
    done.push(...joined.map((one) => ({ series, ...one })));
  }
  return done;
}
