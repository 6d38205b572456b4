import { type Exchange, AppError, sha256Hex } from '@aion/core';
import type { SeriesName } from '../../bars.ts';
import { changeManifest } from '../change-manifest.ts';
import { type LakeManifest, type LakeObject, type LakePorts, readManifest, sealManifest } from '../manifest.ts';
import { basePrefix, partitionEnd } from '../series.ts';

export interface Moved {
  readonly partition: string;
  readonly rows: number;
  readonly bytes: number;
  readonly key: string;
}

interface MoveOptions {
  readonly dryRun?: boolean;
  readonly onProgress?: (partition: string) => void;
}

/** Partitions that ended before the day and are whole: one base object, nothing beside it. */
export function archivable(manifest: LakeManifest, beforeDay: number): string[] {
  const names = [...new Set(manifest.objects.map(({ partition }) => partition))];
  return names.filter((name) => {
    const own = manifest.objects.filter(({ partition }) => partition === name);
    return partitionEnd(name) <= beforeDay && own.length === 1 && own[0]!.archived !== true;
  });
}

/** Moves partitions to where storage is cheap and readers do not look unasked. The copy is read back before it counts. */
export async function archivePartitions(
  ports: LakePorts,
  market: Exchange,
  series: SeriesName,
  partitions: readonly string[],
  options: MoveOptions = {},
): Promise<Moved[]> {
  return movePartitions(ports, market, series, partitions, 'archive', options);
}

/** Brings archived partitions back, after checking the archived bytes against their hash. */
export async function restorePartitions(
  ports: LakePorts,
  market: Exchange,
  series: SeriesName,
  partitions: readonly string[],
  options: MoveOptions = {},
): Promise<Moved[]> {
  return movePartitions(ports, market, series, partitions, 'lake', options);
}

async function movePartitions(
  ports: LakePorts,
  market: Exchange,
  series: SeriesName,
  partitions: readonly string[],
  root: 'lake' | 'archive',
  options: MoveOptions,
): Promise<Moved[]> {
  const manifest = await readManifest(ports, market, series);
  // All are checked before the first is touched.
  for (const partition of partitions) objectToMove(manifest, partition, root);
  const moved: Moved[] = [];
  for (const partition of partitions) {
    options.onProgress?.(partition);
    moved.push(await movePartition(ports, market, series, partition, root, options.dryRun ?? false));
  }
  return moved;
}

async function movePartition(
  ports: LakePorts,
  market: Exchange,
  series: SeriesName,
  partition: string,
  root: 'lake' | 'archive',
  dryRun: boolean,
): Promise<Moved> {
  return changeManifest(ports, market, series, async (before) => {
    const object = objectToMove(before, partition, root);
    const moved = { partition, rows: object.rows, bytes: object.bytes };
    if (dryRun) return { result: { ...moved, key: object.key } };
    const bytes = await ports.objects.get(object.key);
    if (sha256Hex(bytes) !== object.sha256)
      throw new AppError('corrupt', `${object.key} is not what was stored; restore it from a backup`);
    const { key } = await ports.objects.put(basePrefix(market, series, partition, root), bytes, ports.codec.ending);
    if (sha256Hex(await ports.objects.get(key)) !== object.sha256)
      throw new AppError('corrupt', `the copy ${key} is not what was written; nothing was changed`);
    const { archived: _archived, ...rest } = object;
    const there: LakeObject = root === 'archive' ? { ...rest, key, archived: true } : { ...rest, key };
    const { version: _version, hash, ...body } = before;
    const objects = before.objects.map((one) => (one === object ? there : one));
    return { after: { ...sealManifest({ ...body, objects }), hash }, result: { ...moved, key } };
  });
}

function objectToMove(manifest: LakeManifest, partition: string, root: 'lake' | 'archive'): LakeObject {
  const { market, series } = manifest;
  const own = manifest.objects.filter((object) => object.partition === partition);
  const [only] = own;
  if (only === undefined) {
    const held = [...new Set(manifest.objects.map((object) => object.partition))];
    throw new AppError(
      'not_found',
      `the ${market} ${series} bars have no partition ${partition}; they have ${held.join(', ') || 'none'}`,
    );
  }
  if (root === 'lake') {
    const archived = own.find((object) => object.archived === true);
    if (archived !== undefined) return archived;
    throw new AppError(
      'conflict',
      `partition ${partition} of ${market} ${series} is not archived; it can be read as it is`,
    );
  }
  if (only.archived === true)
    throw new AppError('conflict', `partition ${partition} of ${market} ${series} is archived already`);
  if (own.length > 1) {
    throw new AppError(
      'conflict',
      `partition ${partition} of ${market} ${series} is in ${own.length} objects; run \`aion lake compact --all\` first`,
    );
  }
  return only;
}
