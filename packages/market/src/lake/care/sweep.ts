import { type Exchange, AppError, bodyOf, type EpochMs, type ItemKey, type StoredForm } from '@aion/core';
import { z } from 'zod';
import { changeManifest } from '../change-manifest.ts';
import type { SeriesName } from '../../bars.ts';
import { type LakePorts, readManifest } from '../manifest.ts';
import { listSeries } from './fragmentation.ts';

/** Longer than any reader holds a manifest, any run its panel, and any import takes from its objects to its manifest. */
export const SWEEP_GRACE_MS = 7 * 86_400_000;
const MAX_AT_ONCE = 500;

export interface SweepOptions {
  readonly nowMs: EpochMs;
  readonly graceMs?: number;
  readonly dryRun?: boolean;
}

export interface SweepReport {
  readonly series: SeriesName;
  readonly referenced: number;
  /** Seen without a reference, but not for long enough. */
  readonly waiting: number;
  /** Removed, or with `dryRun` those that would be. */
  readonly removed: readonly string[];
}

const Seen = z.strictObject({ seen: z.record(z.string(), z.int()) });
const SEEN: StoredForm<z.infer<typeof Seen>> = {
  what: 'list of objects without a reference',
  v: 1,
  schema: Seen,
  advice: 'remove this item: the next sweep begins one, and counts the grace from then on',
};

/**
 * Removes objects of a series that no manifest has referred to for the whole grace. Marks first: an object is written down
 * when it is first seen without a reference, and its time starts again when it is referred to meanwhile. Before anything
 * is deleted the manifest names what is doomed, so that a change that would come to need one of them fails instead.
 */
export async function sweepLake(
  ports: LakePorts,
  market: Exchange,
  series: SeriesName,
  options: SweepOptions,
): Promise<SweepReport> {
  const { nowMs, graceMs = SWEEP_GRACE_MS, dryRun = false } = options;
  const key: ItemKey = { table: 'product', pk: `LAKE#${market}`, sk: `SWEEP#${series}` };
  const item = await ports.items.get(key);
  const seen = bodyOf(item, SEEN)?.seen ?? {};
  const keys = await listSeries(ports, market, series);
  const manifest = await readManifest(ports, market, series);
  const referenced = new Set(manifest.objects.map((object) => object.key));
  const loose = keys.filter((name) => !referenced.has(name));
  const since = Object.fromEntries(loose.map((name) => [name, seen[name] ?? nowMs]));
  // A sweep that died on the way left its mark: what is doomed is due, whether or not it is still there.
  const { doomed } = manifest;
  const old = loose.filter((name) => nowMs - since[name]! >= graceMs && !doomed.includes(name));
  const due = [...doomed, ...old.slice(0, MAX_AT_ONCE)];
  const figures = { series, referenced: referenced.size, waiting: loose.filter((name) => !due.includes(name)).length };
  if (dryRun) return { ...figures, removed: due };
  if (due.length > 0) await remove(ports, market, series, due);
  const gone = new Set(due);
  const left = Object.fromEntries(Object.entries(since).filter(([name]) => !gone.has(name)));
  if (loose.length > 0 || item !== undefined) await ports.items.put({ ...key, v: SEEN.v, body: { seen: left } });
  return { ...figures, removed: due };
}

async function remove(ports: LakePorts, market: Exchange, series: SeriesName, due: readonly string[]): Promise<void> {
  // From here on a commit that was begun before fails its condition, and a later one sees what is doomed.
  await changeManifest(ports, market, series, ({ version: _version, ...before }) => {
    const needed = before.objects.find(({ key }) => due.includes(key));
    if (needed !== undefined)
      throw new AppError('conflict', `${needed.key} came to be used during the sweep; sweep again`, {
        retryable: true,
      });
    return { after: { ...before, doomed: [...new Set([...before.doomed, ...due])] }, result: undefined };
  });
  for (const key of due) await ports.objects.delete(key);
  await changeManifest(ports, market, series, ({ version: _version, ...before }) => ({
    after: { ...before, doomed: before.doomed.filter((key) => !due.includes(key)) },
    result: undefined,
  }));
}
