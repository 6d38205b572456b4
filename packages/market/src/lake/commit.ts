import { AppError, type Item, type Write, isAppError } from '@aion/core';
import type { BarTable, SeriesName } from '../bars.ts';
import { takeRows } from '../table-order.ts';
import { makeContentSum } from './content-sum.ts';
import { freshnessItem } from './freshness.ts';
import {
  type LakeManifest,
  type LakeObject,
  type LakePorts,
  MANIFEST_SCHEMA,
  manifestKey,
  readManifest,
  sealManifest,
} from './manifest.ts';
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

const MAX_ATTEMPTS = 20;

/**
 * Adds bars to a series: new objects, then the manifest by conditional put, so that a reader sees all of it or nothing.
 * A day's bars become one small delta; many days rewrite their partition. Doing it again changes nothing. `table` is
 * sorted with unique keys.
 */
export async function commitBars(
  ports: LakePorts,
  market: string,
  series: SeriesName,
  table: BarTable,
  options: CommitOptions = {},
): Promise<CommitResult> {
  const rules = { replace: options.replace ?? false, ranks: makeOriginRanks(ports.items, market) };
  for (let attempt = 1; ; attempt++) {
    const before = await readManifest(ports, market, series);
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
    if (merges.every(({ written }) => written.length === 0)) return { ...outcome, manifest: before };
    const after = sealManifest(await mergedBody(ports, before, table, merges));
    try {
      return { ...outcome, manifest: await swapManifest(ports, before, after) };
    } catch (error) {
      // Another import committed in between: merge again with what it stored.
      if (!isAppError(error, 'conflict') || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

/**
 * Puts a manifest in the place of the one that was read. Throws AppError(conflict) when another was put there meanwhile, or
 * when a sweep is just removing an object that the new one needs.
 */
export async function swapManifest(
  ports: Pick<LakePorts, 'items'>,
  before: LakeManifest,
  after: Omit<LakeManifest, 'version'>,
): Promise<LakeManifest> {
  const { market, series, doomed } = after;
  const lost = after.objects.find(({ key }) => doomed.includes(key));
  if (lost !== undefined) {
    throw new AppError('conflict', `a sweep is removing ${lost.key}, which this change needs; try again in a minute`, {
      retryable: true,
    });
  }
  const item: Item = { ...manifestKey(market, series), v: MANIFEST_SCHEMA, body: { ...after } };
  const when = before.version === 0 ? ({ kind: 'absent' } as const) : ({ kind: 'rev', rev: before.version } as const);
  const writes: Write[] = [{ kind: 'put', item, when }];
  // What pages show of the lake can never be of another one.
  if (series === 'daily') writes.push({ kind: 'put', item: freshnessItem(after) });
  await ports.items.transact(writes);
  return { ...after, version: before.version + 1 };
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
