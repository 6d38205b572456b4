import {
  type Exchange,
  bodyOf,
  compactDate,
  queryAll,
  type ItemTable,
  type SessionDate,
  type StoredItem,
} from '@aion/core';
import type { PublishedSignal, Signal } from './signal.ts';
import { PUBLISHED_SIGNAL } from './stored-signal.ts';

/** Where a published signal lies: by its session, by its instrument, and (while it is active) by its expiry. */
function keyOf(exchange: Exchange, sessionDate: SessionDate, id: string) {
  return { table: 'product', pk: `DAY#${exchange}#${compactDate(sessionDate)}`, sk: `SIG#${id}` } as const;
}

/**
 * A published signal as it is stored: found by its id (gsi1) and, while it is active and not superseded, in the order in which signals
 * expire (gsi2).
 */
export function signalItem(published: PublishedSignal) {
  const { signal } = published;
  const active = published.status === 'ACTIVE' && !published.superseded;
  return {
    ...keyOf(signal.exchange, signal.sessionDate, signal.id),
    v: PUBLISHED_SIGNAL.v,
    body: { ...published },
    gsi1pk: `SIGID#${signal.id}`,
    gsi1sk: signal.sessionDate,
    ...(active
      ? { gsi2pk: `ACTIVE#${signal.exchange}`, gsi2sk: `${signal.plan?.validUntil ?? signal.sessionDate}#${signal.id}` }
      : {}),
  };
}

const toPublished = (item: StoredItem): PublishedSignal => bodyOf(item, PUBLISHED_SIGNAL);

/** Every signal of a session, superseded revisions included. */
export async function loadSessionSignals(
  items: ItemTable,
  exchange: Exchange,
  sessionDate: SessionDate,
): Promise<PublishedSignal[]> {
  const { pk } = keyOf(exchange, sessionDate, '');
  return (await queryAll(items, { table: 'product', pk, prefix: 'SIG#' })).map(toPublished);
}

/** A signal by its id, superseded ones included; undefined when there is none. The index that finds it may lag behind its table. */
export async function loadSignal(items: ItemTable, id: string): Promise<PublishedSignal | undefined> {
  const page = await items.query({ table: 'product', index: 'gsi1', pk: `SIGID#${id}` }, { limit: 1 });
  const [item] = page.items;
  return item === undefined ? undefined : toPublished(item);
}

/**
 * Signals that are neither ended nor superseded and still valid on a session, the first to expire first.
 *
 * @example const active = await loadActiveSignals(items, 'NSE', '2026-02-27');
 */
export async function loadActiveSignals(
  items: ItemTable,
  exchange: Exchange,
  validOn: SessionDate,
): Promise<PublishedSignal[]> {
  const range = { table: 'product', index: 'gsi2', pk: `ACTIVE#${exchange}`, from: validOn } as const;
  return (await queryAll(items, range)).map(toPublished);
}

/** Stores a run's signals: each once, whatever a retry does. An existing one is left as it is. */
export async function saveNewSignals(items: ItemTable, published: readonly PublishedSignal[]): Promise<void> {
  for (const entry of published) {
    const item = signalItem(entry);
    const found = await items.get(item);
    if (found === undefined) await items.put(item, { kind: 'absent' });
  }
}

/** Marks the session's signals of earlier revisions: they leave the list and stay in the record. */
export async function supersedeEarlier(
  items: ItemTable,
  exchange: Exchange,
  sessionDate: SessionDate,
  kept: readonly Signal[],
): Promise<void> {
  const ids = new Set(kept.map((signal) => signal.id));
  const { pk } = keyOf(exchange, sessionDate, '');
  for (const item of await queryAll(items, { table: 'product', pk, prefix: 'SIG#' })) {
    const published = toPublished(item);
    if (ids.has(published.signal.id) === published.superseded) {
      await items.put(signalItem({ ...published, superseded: !published.superseded }), { kind: 'rev', rev: item.rev });
    }
  }
}
