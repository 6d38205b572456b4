import { sha256Hex, TABLE_NAMES, type Item } from '@aion/core';
import { isKillItem, KillRecord } from '@aion/trading';
import { z } from 'zod';

/** One item as a line of `items.ndjson.gz`. Its revision is the table's own affair and does not move. */
export const MovedItem = z.strictObject({
  table: z.enum(TABLE_NAMES),
  pk: z.string().min(1),
  sk: z.string().min(1),
  v: z.int(),
  body: z.record(z.string(), z.unknown()),
  gsi1pk: z.string().exactOptional(),
  gsi1sk: z.string().exactOptional(),
  gsi2pk: z.string().exactOptional(),
  gsi2sk: z.string().exactOptional(),
  expiresAtS: z.number().exactOptional(),
});

export const MoveManifest = z.strictObject({
  v: z.literal(2),
  product: z.literal('aion'),
  exportedAt: z.string(),
  from: z.string(),
  items: z.int(),
  /** Over the items that do not expire, independent of order: equal states have equal hashes on every host. */
  stateHash: z.string(),
  itemsSha256: z.string(),
  /** State and history of the switch; null where the host had none set up. */
  kill: KillRecord.nullable(),
  objects: z.array(z.strictObject({ key: z.string(), bytes: z.int() })),
});
export type MoveManifest = z.infer<typeof MoveManifest>;

export const MANIFEST = 'manifest.json';
export const ITEMS = 'items.ndjson.gz';

/**
 * What stays where it is: who holds a lease, and answers kept for a repeated request, mean nothing on another host. The kill
 * switch goes apart, in the manifest: of two hosts the stricter state stands.
 */
export const moves = (item: Item): boolean => !/^(LEASE|IDEM|EXECUTION)#/.test(item.pk) && !isKillItem(item);

/** What expires may be gone by the time it is compared: it moves, and is no part of the hash. */
export const lasts = (item: Item): boolean => item.expiresAtS === undefined;

export function toMoved(item: Item): z.infer<typeof MovedItem> {
  const { table, pk, sk, v, body, gsi1pk, gsi1sk, gsi2pk, gsi2sk, expiresAtS } = item;
  // The item's own fields by their own names, those that are absent left out.
  return Object.fromEntries(
    Object.entries({ table, pk, sk, v, body, gsi1pk, gsi1sk, gsi2pk, gsi2sk, expiresAtS }).filter(
      ([, value]) => value !== undefined,
    ),
  ) as z.infer<typeof MovedItem>;
}

/** Adds up the hashes of items, in any order, modulo 2^256. */
export function makeStateHasher(): { add(line: string): void; hex(): string } {
  let sum = 0n;
  return {
    add: (line) => void (sum = (sum + BigInt(`0x${sha256Hex(line)}`)) % (1n << 256n)),
    hex: () => sum.toString(16).padStart(64, '0'),
  };
}
