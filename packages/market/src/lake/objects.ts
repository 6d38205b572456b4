import { AppError } from '@aion/core';
import type { BarTable } from '../bars.ts';
import type { DecodeOptions } from './bar-codec.ts';
import { joinTables } from './join-tables.ts';
import type { LakeManifest, LakeObject, LakePorts } from './manifest.ts';

export type ReadPorts = Pick<LakePorts, 'objects' | 'codec'>;

/** With more symbols than this, whole objects are read: the parts would be most of them. */
const FEW_SYMBOLS = 16;
const SMALL_BYTES = 262_144;
const AT_ONCE = 4;

/** Reads one object: whole and checked against its hash, or for few symbols only the parts that hold them. */
export async function readObject(ports: ReadPorts, object: LakeObject, options: DecodeOptions): Promise<BarTable> {
  const { codec, objects } = ports;
  const { key, bytes } = object;
  if (codec.decodeParts !== undefined && bytes > SMALL_BYTES && (options.symbols?.size ?? Infinity) <= FEW_SYMBOLS) {
    return codec.decodeParts({ key, bytes, range: (start, end) => objects.getRange(key, start, end) }, options);
  }
  return codec.decode(await objects.get(key), options);
}

/** Does the work for each entry, a few at a time, and gives the results in the entries' order. */
export async function mapFew<T, R>(entries: readonly T[], work: (entry: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < entries.length; index = next++) results[index] = await work(entries[index]!);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, entries.length) }, worker));
  return results;
}

/** The bars of the objects as one sorted table; of the same bar the one of the greater turn. */
export async function readMerged(
  ports: ReadPorts,
  objects: readonly LakeObject[],
  options: DecodeOptions = {},
): Promise<BarTable> {
  const ordered = [...objects].sort((a, b) => a.turn - b.turn);
  const tables = await mapFew(ordered, (object) => readObject(ports, object, options));
  return joinTables(tables);
}

/** Objects with a day in the range. */
export const objectsBetween = (objects: readonly LakeObject[], fromDay: number, toDay: number): LakeObject[] =>
  objects.filter(({ firstDay, lastDay }) => lastDay >= fromDay && firstDay <= toDay);

/** Throws AppError(missing_data), which names them, when partitions that are needed are archived. */
export function refuseArchived({ market, series }: LakeManifest, objects: readonly LakeObject[]): void {
  const archived = [...new Set(objects.filter((object) => object.archived).map(({ partition }) => partition))];
  if (archived.length === 0) return;
  throw new AppError(
    'missing_data',
    `the ${market} ${series} bars of ${archived.join(', ')} are archived; ` +
      `bring them back with \`aion lake restore --series ${series} --partition ${archived[0]}\`, or leave them out of the range`,
    { context: { market, series, archived } },
  );
}
