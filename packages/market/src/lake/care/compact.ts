import { type Exchange, fromEpochDay, toEpochDay } from '@aion/core';
import { type ManifestChange, changeManifest } from '../change-manifest.ts';
import type { SeriesName } from '../../bars.ts';
import { type LakeManifest, type LakeObject, type LakePorts, readManifest, sealManifest } from '../manifest.ts';
import { readMerged } from '../objects.ts';
import { writeBase } from '../partition-merge.ts';

export interface CompactOptions {
  /** The day it is. Deltas of its month stay: more of them will come. */
  readonly today: number;
  /** Also the deltas of this month. */
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly onProgress?: (partition: string) => void;
}

export interface Compacted {
  readonly partition: string;
  readonly objectsBefore: number;
  readonly objectsAfter: number;
  readonly rows: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Joins the deltas of past months with their partition's base, one partition at a time. The bars stay the same, and so do the
 * hash of the manifest and what a run makes of it; a reader that holds the old manifest goes on with its objects, which stay
 * until a sweep. Archived partitions are left alone.
 *
 * @example
 * const compacted = await compactLake(ports, 'NSE', 'daily', { today: toEpochDay('2026-02-27') }); // deltas until January
 */
export async function compactLake(
  ports: LakePorts,
  market: Exchange,
  series: SeriesName,
  options: CompactOptions,
): Promise<Compacted[]> {
  const done: Compacted[] = [];
  const month = toEpochDay(`${fromEpochDay(options.today).slice(0, 7)}-01`);
  const planned = plan(await readManifest(ports, market, series), options.all === true ? Infinity : month);
  for (const partition of planned.keys()) {
    options.onProgress?.(partition);
    const compacted = await compactPartition(ports, market, series, partition, options, month);
    if (compacted !== undefined) done.push(compacted);
  }
  return done;
}

/** Objects to join, by partition: the base and the deltas before the day. */
function plan(manifest: LakeManifest, beforeDay: number): Map<string, LakeObject[]> {
  const plans = new Map<string, LakeObject[]>();
  for (const partition of new Set(manifest.objects.map((object) => object.partition))) {
    const own = manifest.objects.filter((object) => object.partition === partition);
    const joined = own.filter(({ kind, lastDay }) => kind === 'base' || lastDay < beforeDay);
    if (joined.some(({ kind }) => kind === 'delta') && !own.some(({ archived }) => archived))
      plans.set(partition, joined);
  }
  return plans;
}

async function compactPartition(
  ports: LakePorts,
  market: Exchange,
  series: SeriesName,
  partition: string,
  options: CompactOptions,
  month: number,
): Promise<Compacted | undefined> {
  return changeManifest(ports, market, series, async (before): Promise<ManifestChange<Compacted | undefined>> => {
    const joined = plan(before, options.all === true ? Infinity : month).get(partition);
    if (joined === undefined) return { result: undefined };
    const bytesBefore = joined.reduce((sum, { bytes }) => sum + bytes, 0);
    const figures = { partition, objectsBefore: joined.length, objectsAfter: 1, bytesBefore };
    if (options.dryRun === true) {
      const rows = joined.reduce((sum, object) => sum + object.rows, 0);
      return { result: { ...figures, rows, bytesAfter: bytesBefore } };
    }
    // Of the base's turn: a delta that stays was made after the base and must go on to win over it.
    const turn = Math.min(...joined.map((object) => object.turn));
    const table = await readMerged(ports, joined, { provenance: true });
    const base = await writeBase({ ports, before, partition, turn }, table);
    const { version: _version, hash: _hash, ...body } = before;
    const objects = [...before.objects.filter((object) => !joined.includes(object)), base];
    return {
      after: { ...sealManifest({ ...body, objects }), hash: before.hash },
      result: { ...figures, rows: base.rows, bytesAfter: base.bytes },
    };
  });
}
