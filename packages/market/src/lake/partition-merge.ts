import type { BarTable } from '../bars.ts';
import { type MergeConflict, mergeTables } from '../table-merge.ts';
import { takeRows } from '../table-order.ts';
import type { CommitConflict, CommitReplacement } from './commit-conflict.ts';
import type { LakeManifest, LakeObject, LakePorts } from './manifest.ts';
import { objectsBetween, readMerged, refuseArchived } from './objects.ts';
import type { OriginRanks } from './origin-rank.ts';
import { dayBounds, splitByDay } from './partition-split.ts';
import { basePrefix, deltaPrefix } from './series.ts';

/** What became of the incoming rows of one partition. Row numbers are those of the whole incoming table. */
export interface PartitionMerge {
  readonly storedRows: Int32Array;
  readonly duplicateRows: Int32Array;
  readonly conflicts: readonly CommitConflict[];
  /** Of the stored rows those that took the place of another bar. */
  readonly replacements: readonly CommitReplacement[];
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
 * stored without reading anything. A bar that differs takes the place of one of a lesser origin; one of the same values takes over
 * its origin, so that nothing lesser replaces it later.
 */
export async function mergePartition(
  ports: LakePorts,
  before: LakeManifest,
  partition: string,
  incoming: BarTable,
  rows: Int32Array,
  { replace, ranks }: { readonly replace: boolean; readonly ranks: OriginRanks },
): Promise<PartitionMerge> {
  const own = before.objects.filter((object) => object.partition === partition);
  const [fromDay, toDay] = dayBounds(incoming.sessionDay);
  const overlapping = objectsBetween(own, fromDay, toDay);
  refuseArchived(before, overlapping);
  const options = { fromDay, toDay, ...(incoming.provenance === undefined ? {} : { provenance: true }) };
  const stored = overlapping.length === 0 ? undefined : await readMerged(ports, overlapping, options);
  const { outcome, toWrite, replaced } =
    stored === undefined ? allNew(rows) : await weigh(stored, incoming, rows, replace, ranks);
  if (toWrite.length === 0) return { ...outcome, written: [], superseded: [] };
  const news = takeRows(incoming, toWrite);
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

type Outcome = Pick<PartitionMerge, 'storedRows' | 'duplicateRows' | 'conflicts' | 'replacements'>;

interface Weighed {
  readonly outcome: Outcome;
  /** Incoming rows, by their number within the partition, that are written: new, replacing, or confirming with a better origin. */
  readonly toWrite: Int32Array;
  readonly replaced: Pick<PartitionMerge, 'replaced'>;
}

function allNew(rows: Int32Array): Weighed {
  const outcome = { storedRows: rows, duplicateRows: new Int32Array(0), conflicts: [], replacements: [] };
  return { outcome, toWrite: rows.map((_, row) => row), replaced: {} };
}

async function weigh(
  stored: BarTable,
  incoming: BarTable,
  rows: Int32Array,
  replace: boolean,
  ranks: OriginRanks,
): Promise<Weighed> {
  const merged = mergeTables([stored, incoming], false);
  const offset = stored.symbolIndex.length;
  const storedId = (row: number): string => originAt(stored, row);
  const incomingId = (row: number): string => originAt(incoming, row);
  const isGreater = (incomingRow: number, storedRow: number): boolean => {
    const [mine, theirs] = [ranks.of(incomingId(incomingRow)), ranks.of(storedId(storedRow))];
    return mine !== undefined && theirs !== undefined && mine > theirs;
  };
  const asked = new Set<string>();
  const ask = (incomingRow: number, storedRow: number): void => {
    const [mine, theirs] = [incomingId(incomingRow), storedId(storedRow)];
    if (mine !== theirs) asked.add(mine).add(theirs);
  };
  merged.duplicates.forEach((row, i) => ask(row - offset, merged.duplicateOf[i]!));
  for (const { keptRow, lostRow } of merged.conflicts) ask(lostRow - offset, keptRow);
  await ranks.load(asked);

  const confirmed = merged.duplicates
    .map((row) => row - offset)
    .filter((row, i) => isGreater(row, merged.duplicateOf[i]!));
  const wins = ({ keptRow, lostRow }: MergeConflict): boolean => replace || isGreater(lostRow - offset, keptRow);
  const won = merged.conflicts.filter((one) => wins(one));
  const lost = merged.conflicts.filter((one) => !wins(one));
  const fresh = Int32Array.from([
    ...merged.source.filter((row) => row >= offset).map((row) => row - offset),
    ...won.map(({ lostRow }) => lostRow - offset),
  ]).sort();
  return {
    outcome: {
      storedRows: fresh.map((row) => rows[row]!),
      duplicateRows: merged.duplicates.map((row) => rows[row - offset]!),
      conflicts: lost.map(({ keptRow, lostRow }) => ({
        row: rows[lostRow - offset]!,
        storedClose: stored.close[keptRow]!,
      })),
      replacements: won.map(({ keptRow, lostRow }) => ({
        row: rows[lostRow - offset]!,
        storedClose: stored.close[keptRow]!,
        storedSource: ranks.sourceOf(storedId(keptRow)) ?? 'unknown',
      })),
    },
    toWrite: confirmed.length === 0 ? fresh : Int32Array.from([...fresh, ...confirmed]).sort(),
    replaced:
      won.length === 0 ? {} : { replaced: takeRows(stored, Int32Array.from(won, ({ keptRow }) => keptRow).sort()) },
  };
}

const originAt = ({ provenance }: BarTable, row: number): string =>
  provenance === undefined ? '' : provenance.ids[provenance.index[row]!]!;

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
