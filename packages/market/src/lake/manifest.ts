import {
  EXCHANGES,
  type Exchange,
  bodyOf,
  type ItemKey,
  type ItemTable,
  type ObjectStore,
  type StoredForm,
  type StoredItem,
  hashOf,
} from '@aion/core';
import { z } from 'zod';
import { SERIES_NAMES, type SeriesName } from '../bars.ts';
import type { BarCodec } from './bar-codec.ts';

export interface LakePorts {
  readonly items: ItemTable;
  readonly objects: ObjectStore;
  readonly codec: BarCodec;
}

const LakeObject = z.strictObject({
  /** The year, or the month of minute bars, that it belongs to: `2024`, `2024-05`. */
  partition: z.string(),
  /** A base holds what a partition held when it was written; a delta what came for one day since. */
  kind: z.enum(['base', 'delta']),
  key: z.string(),
  sha256: z.string(),
  bytes: z.int(),
  rows: z.int(),
  symbolCount: z.int(),
  firstDay: z.int(),
  lastDay: z.int(),
  /** Of two objects that hold the same bar, the greater one's counts. */
  turn: z.int(),
  /** It lies among the archived objects, which not every reader may ask for. */
  archived: z.literal(true).optional(),
});
export type LakeObject = z.infer<typeof LakeObject>;

const ManifestBody = z.strictObject({
  market: z.enum(EXCHANGES),
  series: z.enum(SERIES_NAMES),
  hash: z.string(),
  /** Sum over all bars (`makeContentSum`); null in a lake of the first version, until something is committed. */
  content: z.string().nullable(),
  objects: z.array(LakeObject),
  symbols: z.array(z.string()),
  /** Epoch days with at least one bar, ascending, and the number of bars on each. */
  sessionDays: z.array(z.int()),
  sessionBars: z.array(z.int()),
  /** Objects that a sweep is about to remove: nobody may come to need them now. */
  doomed: z.array(z.string()),
});

/**
 * What the lake holds of one series: immutable objects. A reader that has a manifest sees exactly its objects, whatever is
 * imported or compacted meanwhile.
 */
export interface LakeManifest extends z.infer<typeof ManifestBody> {
  /** Grows by one with each commit. 0: nothing was ever committed. */
  readonly version: number;
}

export const MANIFEST: StoredForm<z.infer<typeof ManifestBody>> = {
  what: 'manifest of bars',
  v: 2,
  schema: ManifestBody,
};

/** Key of the item that points at the newest objects of a series. */
export function manifestKey(market: Exchange, series: SeriesName): ItemKey {
  return { table: 'product', pk: `LAKE#${market}`, sk: `MANIFEST#${series}` };
}

/**
 * The series' manifest; one without objects when nothing was committed yet.
 *
 * @example const manifest = await readManifest({ items }, 'NSE', 'hourly');
 */
export async function readManifest(
  ports: Pick<LakePorts, 'items'>,
  market: Exchange,
  series: SeriesName = 'daily',
): Promise<LakeManifest> {
  return toManifest(await ports.items.get(manifestKey(market, series)), market, series);
}

/** The manifest that an item holds. Throws AppError(corrupt) for one of another shape. */
export function toManifest(item: StoredItem | undefined, market: Exchange, series: SeriesName): LakeManifest {
  if (item === undefined) return emptyManifest(market, series);
  return { ...bodyOf(item, item.v === FIRST_MANIFEST.v ? FIRST_MANIFEST : MANIFEST), version: item.rev };
}

const emptyManifest = (market: Exchange, series: SeriesName): LakeManifest => ({
  ...sealManifest({
    market,
    series,
    content: '0000000000000000',
    objects: [],
    symbols: [],
    sessionDays: [],
    sessionBars: [],
    doomed: [],
  }),
  version: 0,
});

/**
 * A manifest's body with its hash. The hash names the bars and nothing else: lakes with equal bars have equal hashes, in
 * whatever order they were committed and however their objects are cut.
 */
export function sealManifest(body: Omit<LakeManifest, 'hash' | 'version'>): Omit<LakeManifest, 'version'> {
  const { market, series, content } = body;
  const objects = [...body.objects].sort((a, b) =>
    a.partition < b.partition ? -1 : a.partition > b.partition ? 1 : a.turn - b.turn,
  );
  const rows = body.sessionBars.reduce((sum, bars) => sum + bars, 0);
  const symbols = [...body.symbols].sort();
  return { ...body, objects, symbols, hash: hashOf({ market, series, content, rows }) };
}

/** One object per year and the days beside it: how the first version wrote it. Its hash stays until the next commit. */
const FirstVersion = z
  .strictObject({
    market: z.enum(EXCHANGES),
    series: z.enum(SERIES_NAMES),
    hash: z.string(),
    objects: z.array(
      LakeObject.omit({ partition: true, kind: true, turn: true, archived: true }).extend({
        year: z.int(),
        sessionDays: z.array(z.int()),
        sessionBars: z.array(z.int()),
      }),
    ),
    symbols: z.array(z.string()),
  })
  .transform(({ objects, ...rest }): z.infer<typeof ManifestBody> => ({
    ...rest,
    content: null,
    doomed: [],
    sessionDays: objects.flatMap(({ sessionDays }) => sessionDays),
    sessionBars: objects.flatMap(({ sessionBars }) => sessionBars),
    objects: objects.map(({ year, sessionDays: _days, sessionBars: _bars, ...object }) => ({
      ...object,
      partition: String(year),
      kind: 'base',
      turn: 0,
    })),
  }));

/** Figures of a manifest for reports and pages. Days are null while it is empty. */
export function describeManifest(manifest: LakeManifest): {
  rows: number;
  symbols: number;
  sessions: number;
  firstDay: number | null;
  lastDay: number | null;
} {
  const { sessionBars, sessionDays, symbols } = manifest;
  return {
    rows: sessionBars.reduce((sum, bars) => sum + bars, 0),
    symbols: symbols.length,
    sessions: sessionDays.length,
    firstDay: sessionDays[0] ?? null,
    lastDay: sessionDays.at(-1) ?? null,
  };
}

const FIRST_MANIFEST: StoredForm<z.infer<typeof ManifestBody>> = {
  what: MANIFEST.what,
  v: 1,
  schema: FirstVersion,
};
