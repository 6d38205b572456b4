import type { Exchange } from '@aion/core';
import type { LakeManifest, LakeObject } from '../manifest.ts';
import { seriesPrefix } from '../series.ts';
import type { LakePorts } from '../manifest.ts';

export interface PartitionFragments {
  readonly partition: string;
  readonly objects: number;
  readonly deltas: number;
  readonly rows: number;
  readonly rowsPerObject: number;
  readonly bytes: number;
  /** Objects with fewer rows than a row group is worth. */
  readonly smallObjects: number;
  /** Deltas of a day that the base holds too: the base's bars of it may be superseded. */
  readonly overlapping: number;
  readonly archived: boolean;
}

export interface FragmentationReport {
  readonly market: Exchange;
  readonly series: string;
  readonly objects: number;
  readonly bytes: number;
  readonly rows: number;
  /** Rows in objects that newer ones replaced, with their estimated share of the bytes. */
  readonly supersededRows: number;
  readonly supersededBytes: number;
  /** Objects that no manifest refers to, for a sweep to remove. */
  readonly unreferenced: number;
  readonly partitions: readonly PartitionFragments[];
}

const SMALL_ROWS = 10_000;
const MAX_OBJECTS = 100_000;

/** How well a series is packed: what a compaction and a sweep would find to do. */
export async function fragmentationReport(
  ports: Pick<LakePorts, 'objects'>,
  manifest: LakeManifest,
): Promise<FragmentationReport> {
  const { market, series, objects } = manifest;
  const partitions = [...new Set(objects.map(({ partition }) => partition))].map((partition) =>
    describePartition(
      partition,
      objects.filter((object) => object.partition === partition),
    ),
  );
  const sum = (pick: (object: LakeObject) => number): number => objects.reduce((all, object) => all + pick(object), 0);
  const bytes = sum((object) => object.bytes);
  const held = sum((object) => object.rows);
  const rows = manifest.sessionBars.reduce((all, bars) => all + bars, 0);
  const keys = new Set(objects.map(({ key }) => key));
  const there = await listSeries(ports, market, series);
  return {
    market,
    series,
    objects: objects.length,
    bytes,
    rows,
    supersededRows: held - rows,
    supersededBytes: held === 0 ? 0 : Math.round((bytes * (held - rows)) / held),
    unreferenced: there.filter((key) => !keys.has(key)).length,
    partitions,
  };
}

function describePartition(partition: string, own: readonly LakeObject[]): PartitionFragments {
  const rows = own.reduce((sum, object) => sum + object.rows, 0);
  const bases = own.filter(({ kind }) => kind === 'base');
  const deltas = own.filter(({ kind }) => kind === 'delta');
  return {
    partition,
    objects: own.length,
    deltas: deltas.length,
    rows,
    rowsPerObject: Math.round(rows / own.length),
    bytes: own.reduce((sum, object) => sum + object.bytes, 0),
    smallObjects: own.filter((object) => object.rows < SMALL_ROWS).length,
    overlapping: deltas.filter(({ firstDay }) =>
      bases.some((base) => base.firstDay <= firstDay && base.lastDay >= firstDay),
    ).length,
    archived: own.some((object) => object.archived === true),
  };
}

/** Every object of a series: those of today's layout, of the archive and of the first version. */
export async function listSeries(
  { objects }: Pick<LakePorts, 'objects'>,
  market: Exchange,
  series: LakeManifest['series'],
): Promise<string[]> {
  const prefixes = [
    `${seriesPrefix(market, series)}/`,
    `${seriesPrefix(market, series, 'archive')}/`,
    `lake/${market}/${series}/`,
  ];
  const keys: string[] = [];
  for (const prefix of prefixes) keys.push(...(await objects.list(prefix, MAX_OBJECTS)));
  return keys;
}
