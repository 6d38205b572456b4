import type { Exchange } from '@aion/core';
import type { BarTable, SeriesName } from '../bars.ts';
import { takeRows } from '../table-order.ts';
import { makeContentSum } from './content-sum.ts';
import { type ManifestChange, changeManifest } from './change-manifest.ts';
import { type LakeManifest, type LakeObject, type LakePorts, sealManifest } from './manifest.ts';
import { makeOriginRanks } from './origin-rank.ts';
import { mergePartition, type PartitionMerge } from './partition-merge.ts';
import { readMerged } from './objects.ts';
import { splitByPartition } from './partition-split.ts';
import type { CommitConflict, CommitReplacement } from './commit-conflict.ts';

export interface CommitOptions {
  /** A bar whose values differ from the stored ones replaces them; otherwise only one of a greater origin does. */
  readonly replace?: boolean;
}

export interface CommitResult {
  readonly manifest: LakeManifest;
  /** Rows of the incoming table that the lake did not hold before, or that replaced others. */
  readonly storedRows: Int32Array;
  /** Rows that were stored already with the same values. */
  readonly duplicateRows: Int32Array;
  /** Rows whose key is stored with other values, and the bar that stays. Empty with `replace`. */
  readonly conflicts: readonly CommitConflict[];
  /** Of `storedRows` those that took the place of a bar with other values. */
  readonly replacements: readonly CommitReplacement[];
}

/**
 * Adds bars to a series: new objects, then the manifest by conditional put, so that a reader sees all of it or nothing.
 * A day's bars become one small delta; many days rewrite their partition. Doing it again changes nothing. `table` is
 * sorted with unique keys.
 */
export async function commitBars(
  ports: LakePorts,
  market: Exchange,
  series: SeriesName,
  table: BarTable,
  options: CommitOptions = {},
): Promise<CommitResult> {
  const rules = { replace: options.replace ?? false, ranks: makeOriginRanks(ports.items, market) };
  // Where another import committed in between, it is merged again with what that one stored.
  return changeManifest(ports, market, series, async (before): Promise<ManifestChange<CommitResult>> => {
    const merges: PartitionMerge[] = [];
    for (const { partition, rows } of splitByPartition(series, table)) {
      const incoming = takeRows(table, rows);
      merges.push(await mergePartition(ports, before, partition, incoming, rows, rules));
    }
    const outcome = {
      storedRows: joinRows(merges.map(({ storedRows }) => storedRows)),
      duplicateRows: joinRows(merges.map(({ duplicateRows }) => duplicateRows)),
      conflicts: merges.flatMap(({ conflicts }) => conflicts),
      replacements: merges.flatMap(({ replacements }) => replacements),
    };
    if (merges.every(({ written }) => written.length === 0)) return { result: { ...outcome, manifest: before } };
    const after = sealManifest(await mergedBody(ports, before, table, merges));
    return { after, result: { ...outcome, manifest: { ...after, version: before.version + 1 } } };
  });
}

async function mergedBody(
  ports: LakePorts,
  before: LakeManifest,
  table: BarTable,
  merges: readonly PartitionMerge[],
): Promise<Omit<LakeManifest, 'hash' | 'version'>> {
  const { hash: _hash, version: _version, ...body } = before;
  const content = makeContentSum(before.content ?? (await contentOf(ports, before)));
  const bars = new Map(before.sessionDays.map((day, i) => [day, before.sessionBars[i]!]));
  const gone = new Set<LakeObject>();
  const written: LakeObject[] = [];
  for (const merge of merges) {
    content.add(table, merge.storedRows);
    if (merge.replaced !== undefined) content.add(merge.replaced, undefined, -1);
    for (const row of merge.storedRows) bars.set(table.sessionDay[row]!, (bars.get(table.sessionDay[row]!) ?? 0) + 1);
    for (const day of merge.replaced?.sessionDay ?? []) bars.set(day, bars.get(day)! - 1);
    for (const object of merge.superseded) gone.add(object);
    written.push(...merge.written);
  }
  const days = [...bars.keys()].sort((a, b) => a - b);
  return {
    ...body,
    content: content.hex(),
    objects: [...before.objects.filter((object) => !gone.has(object)), ...written],
    symbols: [...new Set([...before.symbols, ...table.symbols])],
    sessionDays: days,
    sessionBars: days.map((day) => bars.get(day)!),
  };
}

/** The content sum of all that a manifest holds, by reading it: for lakes of the first version, and to verify. */
export async function contentOf(ports: LakePorts, manifest: LakeManifest): Promise<string> {
  const sum = makeContentSum();
  for (const partition of new Set(manifest.objects.map((object) => object.partition))) {
    sum.add(
      await readMerged(
        ports,
        manifest.objects.filter((object) => object.partition === partition),
      ),
    );
  }
  return sum.hex();
}

function joinRows(parts: readonly Int32Array[]): Int32Array {
  const joined = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
