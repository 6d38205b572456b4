import {
  bodyOf,
  DAY_MS,
  HOUR_MS,
  queryAll,
  type EpochMs,
  type Exchange,
  type ItemTable,
  type StoredForm,
} from '@aion/core';
import type { RecordKind } from '@aion/market/records';
import type { SourceName } from '@aion/market/sources';
import { z } from 'zod';

type FetchedKind = Exclude<RecordKind, 'flag'>;

/** A source that was down for longer is asked for no more than this: what is older belongs to a backfill. */
const LONGEST_GAP_DAYS = 60;
/** What a source gives late, so that it was not there when it was asked. */
const OVERLAP_MS = 6 * HOUR_MS;
const MOST_SOURCES = 50;

const ASKED: StoredForm<{ readonly toMs: EpochMs }> = {
  what: 'the time up to which a source was asked for records',
  v: 1,
  schema: z.strictObject({ toMs: z.int() }),
};
const partition = (kind: FetchedKind): string => `RECORDS#${kind}`;
const prefix = (exchange: Exchange): string => `ASKED#${exchange}#`;
const keyOf = (kind: FetchedKind, exchange: Exchange, source: SourceName) =>
  ({ table: 'product', pk: partition(kind), sk: `${prefix(exchange)}${source}` }) as const;

/** From where on a source's records are lacking: when it last answered, within bounds. It may have been down for days. */
export async function lackingSinceMs(
  items: ItemTable,
  kind: FetchedKind,
  exchange: Exchange,
  source: SourceName,
  nowMs: EpochMs,
): Promise<EpochMs> {
  const found = await items.get(keyOf(kind, exchange, source));
  if (found === undefined) return nowMs;
  return Math.max(bodyOf(found, ASKED).toMs - OVERLAP_MS, nowMs - LONGEST_GAP_DAYS * DAY_MS);
}

/** Keeps that a source answered for everything up to an instant. */
export async function noteAnswer(
  items: ItemTable,
  kind: FetchedKind,
  exchange: Exchange,
  source: SourceName,
  toMs: EpochMs,
): Promise<void> {
  await items.put({ ...keyOf(kind, exchange, source), v: ASKED.v, body: { toMs } });
}

/** When any source last answered for records of a kind; null where none ever did. */
export async function lastAnswerMs(items: ItemTable, kind: FetchedKind, exchange: Exchange): Promise<EpochMs | null> {
  const range = { table: 'product', pk: partition(kind), prefix: prefix(exchange) } as const;
  const found = await queryAll(items, range, MOST_SOURCES);
  return found.length === 0 ? null : Math.max(...found.map((item) => bodyOf(item, ASKED).toMs));
}
