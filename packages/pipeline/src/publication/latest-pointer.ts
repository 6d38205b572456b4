import {
  type Exchange,
  bodyIfReadable,
  bodyOf,
  changeItem,
  queryAll,
  type ItemTable,
  type ObjectStore,
  type ReadOptions,
  type StoredForm,
  type StoredItem,
} from '@aion/core';
import { LAKE_FRESHNESS, type LakeFreshness } from '@aion/market';
import { z } from 'zod';

export const SnapshotKeys = z.strictObject({ basic: z.string(), pro: z.string(), elite: z.string() });
export type SnapshotKeys = z.infer<typeof SnapshotKeys>;

/** What readers are served: moved last, by one conditional write, so they see the old run or the new one. */
export const LatestPointer = z.strictObject({
  sessionDate: z.iso.date(),
  revision: z.int().positive(),
  /** Which of the session's snapshots was claimed last: orders the pointers of one session. */
  turn: z.int().positive(),
  runId: z.string(),
  snapshotId: z.string(),
  publishedAtMs: z.int(),
  snapshots: SnapshotKeys,
  /** The object that maps each signal's id to its chart object; older pointers hold the map itself. */
  charts: z.union([z.string(), z.record(z.string(), z.string())]),
});
export type LatestPointer = z.infer<typeof LatestPointer>;
const POINTER: StoredForm<LatestPointer> = { what: 'latest pointer', v: 1, schema: LatestPointer };

/** The item beside the pointer: when the newest refinement was made, and the object that holds it. */
const ReadinessPointer = z.strictObject({ asOfMs: z.int(), object: z.string() });
export type ReadinessPointer = z.infer<typeof ReadinessPointer>;
export const READINESS_POINTER: StoredForm<ReadinessPointer> = {
  what: 'pointer to the newest refinement',
  v: 1,
  schema: ReadinessPointer,
  advice: 'the next hourly run writes it anew, once this item is removed',
};

/** The run that was begun last, in short: what every page shows of it. */
const NewestRun = z.strictObject({
  id: z.string(),
  kind: z.string(),
  status: z.string(),
  sessionDate: z.iso.date(),
  startedMs: z.int(),
  finishedMs: z.int().nullable(),
});
export type NewestRun = z.infer<typeof NewestRun>;
export const NEWEST_RUN: StoredForm<NewestRun> = {
  what: 'newest run',
  v: 1,
  schema: NewestRun,
  advice: 'the next run writes it anew',
};

/** The key of what every reader asks for: pointer, newest refinement and newest run lie in one partition, so that one query reads them. */
export const latestKey = (exchange: Exchange, sk: 'POINTER' | 'READINESS' | 'RUN') =>
  ({ table: 'product', pk: `LATEST#${exchange}`, sk }) as const;
const key = (exchange: Exchange) => latestKey(exchange, 'POINTER');
const sessionKey = (exchange: Exchange, pointer: Pick<LatestPointer, 'sessionDate' | 'revision'>) =>
  ({
    table: 'product',
    pk: `PUBLISHED#${exchange}`,
    sk: `${pointer.sessionDate}#${String(pointer.revision).padStart(4, '0')}`,
  }) as const;

/**
 * The revision that readers are pointed at now; undefined before the first publication.
 *
 * @example const pointer = await loadPointer(items, 'NSE');
 */
export async function loadPointer(items: ItemTable, exchange: Exchange): Promise<LatestPointer | undefined> {
  return bodyOf(await items.get(key(exchange)), POINTER);
}

export interface Latest {
  readonly pointer: LatestPointer | undefined;
  readonly readiness: ReadinessPointer | undefined;
  /** It follows from the runs, and the next one writes it: where it cannot be read it counts as not there. */
  readonly run: NewestRun | undefined;
  /** The newest session on which the market's bars are whole. It follows from the lake: where it cannot be read it counts as not there. */
  readonly bars: LakeFreshness | undefined;
}

/**
 * What every page shows of the product's state, by one request. Throws AppError(corrupt) for pointers that cannot be read.
 *
 * @example const { pointer, readiness } = await loadLatest(items, 'NSE'); // both undefined before the first publication
 */
export async function loadLatest(items: ItemTable, exchange: Exchange, options: ReadOptions = {}): Promise<Latest> {
  const found = await items.query({ table: 'product', pk: `LATEST#${exchange}` }, options);
  const at = (sk: string): StoredItem | undefined => found.items.find((item) => item.sk === sk);
  return {
    pointer: bodyOf(at('POINTER'), POINTER),
    readiness: bodyOf(at('READINESS'), READINESS_POINTER),
    run: bodyIfReadable(at('RUN'), NEWEST_RUN),
    bars: bodyIfReadable(at('BARS'), LAKE_FRESHNESS),
  };
}

/** The key of a signal's chart object in a publication; undefined when it has none. */
export async function chartKeyOf(
  objects: ObjectStore,
  { charts }: LatestPointer,
  signalId: string,
): Promise<string | undefined> {
  if (typeof charts !== 'string') return charts[signalId];
  const index = z.record(z.string(), z.string()).parse(JSON.parse(new TextDecoder().decode(await objects.get(charts))));
  return index[signalId];
}

/** The pointer of one published revision, for signals that are no longer in the list. */
export async function loadPublished(
  items: ItemTable,
  exchange: Exchange,
  sessionDate: string,
  revision: number,
  options: ReadOptions = {},
): Promise<LatestPointer | undefined> {
  return bodyOf(await items.get(sessionKey(exchange, { sessionDate, revision }), options), POINTER);
}

/** Every revision that readers were ever pointed at, oldest session first. */
export async function listPublished(items: ItemTable, exchange: Exchange): Promise<LatestPointer[]> {
  const found = await queryAll(items, { table: 'product', pk: `PUBLISHED#${exchange}` }, 100_000);
  return found.map((item) => bodyOf(item, POINTER));
}

/** Moves the pointer forward. Returns false, changing nothing, when a newer session or a later turn is already served. */
export async function movePointer(items: ItemTable, exchange: Exchange, next: LatestPointer): Promise<boolean> {
  await items.put({ ...sessionKey(exchange, next), v: POINTER.v, body: next });
  return changeItem(
    items,
    key(exchange),
    (found) => {
      const current = bodyOf(found, POINTER);
      if (current !== undefined && isNewer(current, next)) return { result: false };
      return { item: { v: POINTER.v, body: next }, result: true };
    },
    { what: 'the latest pointer', advice: 'run the stage again' },
  );
}

function isNewer(a: LatestPointer, b: LatestPointer): boolean {
  return a.sessionDate > b.sessionDate || (a.sessionDate === b.sessionDate && a.turn > b.turn);
}
