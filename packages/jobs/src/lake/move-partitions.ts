import { AppError, type Exchange } from '@aion/core';
import { archivePartitions, readManifest, restorePartitions, type Moved } from '@aion/market';
import { partitionsOlderThan, seriesNamed, todayOf, type LakeHost } from './series-of.ts';

interface MoveInput {
  readonly exchange: Exchange;
  readonly series: string;
  /** Such as 2016, or 2021-03 of an intraday series. */
  readonly partitions?: readonly string[];
  /** Says what would be moved and changes nothing. */
  readonly dryRun: boolean;
  readonly onProgress?: (partition: string) => void;
}

export interface ArchiveInput extends MoveInput {
  /** Where no partitions are named: those that ended so many years ago. */
  readonly olderThanYears?: number;
}

/**
 * Moves partitions to where storage is cheap; who reads them is told by name that they are archived.
 *
 * @throws AppError(bad_input) where neither partitions nor years are given, and for an unknown series.
 */
export async function archiveSeries(host: LakeHost, input: ArchiveInput): Promise<Moved[]> {
  const { exchange, partitions, olderThanYears } = input;
  const series = seriesNamed(input.series);
  if (partitions === undefined && olderThanYears === undefined)
    throw new AppError('bad_input', 'say what to archive: --older-than YEARS, or --partition with their names');
  const named =
    partitions ?? (await partitionsOlderThan(host.ingest, exchange, series, olderThanYears!, todayOf(host, exchange)));
  return archivePartitions(host.ingest, exchange, series, named, optionsOf(input));
}

/** Brings archived partitions back, all of the series unless they are named, each checked against its hash. */
export async function restoreSeries(host: LakeHost, input: MoveInput): Promise<Moved[]> {
  const { exchange, partitions } = input;
  const series = seriesNamed(input.series);
  const { objects } = await readManifest(host.ingest, exchange, series);
  const archived = objects.filter((object) => object.archived === true).map(({ partition }) => partition);
  return restorePartitions(host.ingest, exchange, series, partitions ?? archived, optionsOf(input));
}

const optionsOf = ({
  dryRun,
  onProgress,
}: MoveInput): { dryRun: boolean; onProgress?: (partition: string) => void } => ({
  dryRun,
  ...(onProgress !== undefined && { onProgress }),
});
