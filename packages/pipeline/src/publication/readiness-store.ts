import {
  type Exchange,
  AppError,
  bodyOf,
  queryAll,
  type EpochMs,
  type ItemTable,
  type ObjectStore,
  type ReadOptions,
} from '@aion/core';
import { READINESS, ReadinessBySignal, type Readiness } from '@aion/signals';
import { latestKey, loadLatest, READINESS_POINTER, type ReadinessPointer } from './latest-pointer.ts';

/** The newest refinement of all active signals, laid over the list for tiers that have it. */
export interface ReadinessOverlay {
  readonly asOfMs: EpochMs;
  readonly bySignal: ReadonlyMap<string, Readiness>;
}

interface ReadinessPorts {
  readonly items: ItemTable;
  readonly objects: ObjectStore;
}

const historyPk = (signalId: string): string => `SIG#${signalId}`;

/** Stores a refinement: each signal's history first, then the overlay that readers see. */
export async function saveReadiness(
  { items, objects }: ReadinessPorts,
  exchange: Exchange,
  asOfMs: EpochMs,
  readiness: ReadonlyMap<string, Readiness>,
): Promise<void> {
  for (const [signalId, value] of readiness) {
    const sk = `READY#${String(asOfMs).padStart(15, '0')}`;
    await items.put({ table: 'product', pk: historyPk(signalId), sk, v: READINESS.v, body: { ...value } });
  }
  const bytes = new TextEncoder().encode(JSON.stringify(Object.fromEntries(readiness)));
  const { key } = await objects.put(`ready/${exchange}`, bytes, '.json');
  const pointer: ReadinessPointer = { asOfMs, object: key };
  await items.put({ ...latestKey(exchange, 'READINESS'), v: READINESS_POINTER.v, body: pointer });
}

/**
 * The newest refinement of an exchange; undefined before the first. Throws AppError(corrupt) for a stored one that does not parse.
 *
 * @example (await loadReadiness({ items, objects }, 'NSE'))?.bySignal.get(signal.id)?.state // 'READY_TO_ENTER'
 */
export async function loadReadiness(
  { items, objects }: ReadinessPorts,
  exchange: Exchange,
): Promise<ReadinessOverlay | undefined> {
  const { readiness: pointer } = await loadLatest(items, exchange);
  return pointer === undefined ? undefined : readReadiness(objects, pointer);
}

/** The refinement that a pointer names, by signal id. Throws AppError(corrupt) for a stored one that does not parse. */
export async function readReadiness(objects: ObjectStore, pointer: ReadinessPointer): Promise<ReadinessOverlay> {
  const parsed = ReadinessBySignal.safeParse(JSON.parse(new TextDecoder().decode(await objects.get(pointer.object))));
  if (parsed.success) return { asOfMs: pointer.asOfMs, bySignal: new Map(Object.entries(parsed.data)) };
  throw new AppError(
    'corrupt',
    `the stored readiness ${pointer.object} does not have the expected shape; the next hourly run writes it anew`,
  );
}

/** Every refinement of one signal, oldest first. */
export async function loadReadinessHistory(
  items: ItemTable,
  signalId: string,
  options: ReadOptions = {},
): Promise<Readiness[]> {
  const range = { table: 'product', pk: historyPk(signalId), prefix: 'READY#' } as const;
  const found = await queryAll(items, range, 10_000, options);
  return found.map((item) => bodyOf(item, READINESS));
}
