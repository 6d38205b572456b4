import { AppError, type ItemKey, type ItemTable, type ObjectStore, hashOf } from '@aion/core';
import { z } from 'zod';
import type { SeriesName } from '../bars.ts';
import type { BarCodec } from './bar-codec.ts';

export interface LakePorts {
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  readonly codec: BarCodec;
}

const LakeObject = z.strictObject({
  year: z.int(),
  key: z.string(),
  sha256: z.string(),
  bytes: z.int(),
  rows: z.int(),
  symbolCount: z.int(),
  firstDay: z.int(),
  lastDay: z.int(),
  /** Epoch days with at least one bar, ascending, and the number of bars on each. */
  sessionDays: z.array(z.int()),
  sessionBars: z.array(z.int()),
});
export type LakeObject = z.infer<typeof LakeObject>;

const ManifestBody = z.strictObject({
  market: z.string(),
  series: z.enum(['daily', 'hourly', 'index', 'index-hourly']),
  hash: z.string(),
  objects: z.array(LakeObject),
  symbols: z.array(z.string()),
});

/**
 * What the lake holds of one series: one immutable object per year. A reader that has a manifest sees exactly its
 * objects, whatever is imported meanwhile.
 */
export interface LakeManifest extends z.infer<typeof ManifestBody> {
  /** Grows by one with each commit. 0: nothing was ever committed. */
  readonly version: number;
}

/** Key of the item that points at the newest objects of a series. */
export function manifestKey(market: string, series: SeriesName): ItemKey {
  return { table: 'product', pk: `LAKE#${market}`, sk: `MANIFEST#${series}` };
}

/** The series' manifest; one without objects when nothing was committed yet. */
export async function readManifest(
  ports: Pick<LakePorts, 'items'>,
  market: string,
  series: SeriesName = 'daily',
): Promise<LakeManifest> {
  const item = await ports.items.get(manifestKey(market, series));
  if (item === undefined) return makeManifest(market, series, [], [], 0);
  const body = ManifestBody.safeParse(item.body);
  if (!body.success) {
    throw new AppError(
      'corrupt',
      `the manifest of ${market} ${series} bars does not have the expected shape (${z.prettifyError(body.error)}); ` +
        'restore the state from a backup',
    );
  }
  return { ...body.data, version: item.rev };
}

/** A manifest over the objects; its hash names their content and nothing else, so equal lakes have equal hashes. */
export function makeManifest(
  market: string,
  series: SeriesName,
  objects: readonly LakeObject[],
  symbols: readonly string[],
  version: number,
): LakeManifest {
  const sorted = [...objects].sort((a, b) => a.year - b.year);
  const hash = hashOf({ market, series, objects: sorted.map(({ year, sha256 }) => [year, sha256]) });
  return { market, series, hash, objects: sorted, symbols: [...symbols].sort(), version };
}

/** Figures of a manifest for reports and pages. Days are null while it is empty. */
export function describeManifest(manifest: LakeManifest): {
  rows: number;
  symbols: number;
  sessions: number;
  firstDay: number | null;
  lastDay: number | null;
} {
  const { objects, symbols } = manifest;
  return {
    rows: objects.reduce((sum, object) => sum + object.rows, 0),
    symbols: symbols.length,
    sessions: objects.reduce((sum, object) => sum + object.sessionDays.length, 0),
    firstDay: objects[0]?.firstDay ?? null,
    lastDay: objects.at(-1)?.lastDay ?? null,
  };
}
