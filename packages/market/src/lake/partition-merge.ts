import type { BarTable } from '../bars.ts';
import { mergeTables } from '../table-merge.ts';
import { takeRows } from '../table-order.ts';
import type { CommitConflict } from './commit.ts';
import type { LakeManifest, LakeObject, LakePorts } from './manifest.ts';
import { objectsBetween, readMerged, refuseArchived } from './objects.ts';
import { dayBounds, splitByDay } from './partition-split.ts';
import { basePrefix, deltaPrefix } from './series.ts';

/** What became of the incoming rows of one partition. Row numbers are those of the whole incoming table. */
export interface PartitionMerge {
  readonly storedRows: Int32Array;
  readonly duplicateRows: Int32Array;
  readonly conflicts: readonly CommitConflict[];
  /** Stored bars that others took the place of; absent when there are none. */
  readonly replaced?: BarTable;
  readonly written: readonly LakeObject[];
  readonly superseded: readonly LakeObject[];
}

/** More days than this at once rewrite the partition: it costs less than as many small objects. */
const DELTA_DAYS = 5;
/** So many deltas at most beside a base, also when nobody compacts. */
const MAX_DELTAS = 64;

/**
 * Merges incoming bars into one partition. Only objects that hold a day of theirs are read, so the bars of a new day are
 * stored without reading anything.
 */
export async function mergePartition(
  ports: LakePorts,
  before: LakeManifest,
  partition: string,
  incoming: BarTable,
  rows: Int32Array,
  replace: boolean,
): Promise<PartitionMerge> {
  const own = before.objects.filter((object) => object.partition === partition);
  const [fromDay, toDay] = dayBounds(incoming.sessionDay);
  const overlapping = objectsBetween(own, fromDay, toDay);
  refuseArchived(before, overlapping);
  const stored = overlapping.length === 0 ? undefined : await readMerged(ports, overlapping, { fromDay, toDay });
  const merged = stored === undefined ? undefined : mergeTables([stored, incoming], replace);
  const offset = stored?.symbolIndex.length ?? 0;
  // Numbers of incoming rows, first within the partition, then within the whole table.
  const fresh =
    merged === undefined ? undefined : merged.source.filter((row) => row >= offset).map((row) => row - offset);
  const outcome = {
    storedRows: fresh === undefined ? rows : fresh.map((row) => rows[row]!),
    duplicateRows: merged === undefined ? new Int32Array(0) : merged.duplicates.map((row) => rows[row - offset]!),
    conflicts:
      merged === undefined || replace
        ? []
        : merged.conflicts.map(({ keptRow, lostRow }) => ({
            row: rows[lostRow - offset]!,
            storedClose: stored!.close[keptRow]!,
          })),
  };
  if (outcome.storedRows.length === 0) return { ...outcome, written: [], superseded: [] };
  const replaced =
    replace && merged !== undefined && merged.conflicts.length > 0
      ? { replaced: takeRows(stored!, Int32Array.from(merged.conflicts, ({ lostRow }) => lostRow).sort()) }
      : {};
  const news = fresh === undefined ? incoming : takeRows(incoming, fresh);
  const stores = { ports, before, partition, turn: Math.max(0, ...own.map(({ turn }) => turn + 1)) };
  const deltas = splitByDay(news);
  const { length: deltasThere } = own.filter(({ kind }) => kind === 'delta');
  if (own.length === 0) return { ...outcome, ...replaced, written: [await writeBase(stores, news)], superseded: [] };
  if (deltas.length > DELTA_DAYS || deltasThere + deltas.length > MAX_DELTAS) {
    refuseArchived(before, own);
    const base = mergeTables([await readMerged(ports, own, { provenance: true }), news], true).table;
    return { ...outcome, ...replaced, written: [await writeBase(stores, base)], superseded: own };
  }
  const written: LakeObject[] = [];
  const superseded: LakeObject[] = [];
  for (const { day, rows: ofDay } of deltas) {
    // One delta a day: what came for it before moves into the new one.
    const earlier = own.filter((object) => object.kind === 'delta' && object.firstDay === day);
    const tables = [takeRows(news, ofDay)];
    if (earlier.length > 0) tables.unshift(await readMerged(ports, earlier, { provenance: true }));
    written.push(await writeDelta(stores, day, mergeTables(tables, true).table));
    superseded.push(...earlier);
  }
  return { ...outcome, ...replaced, written, superseded };
}

interface Stores {
  readonly ports: LakePorts;
  readonly before: LakeManifest;
  readonly partition: string;
  readonly turn: number;
}

/** Writes a partition as one object. */
export function writeBase(stores: Stores, table: BarTable): Promise<LakeObject> {
  const { market, series } = stores.before;
  return writeObject(stores, 'base', basePrefix(market, series, stores.partition), table);
}

function writeDelta(stores: Stores, day: number, table: BarTable): Promise<LakeObject> {
  const { market, series } = stores.before;
  return writeObject(stores, 'delta', deltaPrefix(market, series, day), table);
}

async function writeObject(
  { ports: { codec, objects }, partition, turn }: Stores,
  kind: LakeObject['kind'],
  prefix: string,
  table: BarTable,
): Promise<LakeObject> {
  const { key, sha256, bytes } = await objects.put(prefix, await codec.encode(table), codec.ending);
  const [firstDay, lastDay] = dayBounds(table.sessionDay);
  const rows = table.symbolIndex.length;
  return { partition, kind, key, sha256, bytes, rows, symbolCount: table.symbols.length, firstDay, lastDay, turn };
}
