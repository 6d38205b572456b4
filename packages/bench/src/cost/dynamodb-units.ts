import type { Item, ItemKey } from '@aion/core';

const KEPT = ['gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk'] as const;
/** The adapter writes beside each item an id of the write: a UUID under the name `w`. */
const WRITE_ID_BYTES = 'w'.length + 36;
/** What DynamoDB adds to an item, in the table and in each index, when it counts storage. */
export const STORED_OVERHEAD_BYTES = 100;

const utf8 = (text: string): number => Buffer.byteLength(text);
/** A number is kept in pairs of digits with one byte more. */
const numberBytes = (value: number): number => Math.ceil(String(Math.abs(value)).length / 2) + 1;

/** Bytes of an item as DynamoDB counts them: names and values of its attributes, as the adapter writes them. */
export function itemBytes(item: Item & { readonly rev?: number }): number {
  const text = (name: string, value: string): number => name.length + utf8(value);
  let bytes = text('pk', item.pk) + text('sk', item.sk) + text('body', JSON.stringify(item.body)) + WRITE_ID_BYTES;
  bytes += 'v'.length + numberBytes(item.v) + 'rev'.length + numberBytes(item.rev ?? 1);
  for (const name of KEPT) if (item[name] !== undefined) bytes += text(name, item[name]);
  if (item.expiresAtS !== undefined) bytes += 'expiresAtS'.length + numberBytes(item.expiresAtS);
  return bytes;
}

/** Read units of a strongly consistent read of so many bytes: one for each 4 KB begun, one also where nothing was found. */
export const strongReadUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 4096));

/** An index, and what a reader allows to lag, is read eventually consistent: half of it. */
export const eventualReadUnits = (bytes: number): number => strongReadUnits(bytes) / 2;

/** Write units of a plain write: one for each 1 KB begun. In a transaction it is twice that. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024));

/** Indexes that hold a copy of the item (all attributes are projected); each costs a plain write more. */
export const indexesOf = (item: Item): number =>
  (item.gsi1pk === undefined ? 0 : 1) + (item.gsi2pk === undefined ? 0 : 1);

/** A key alone: what is known of an item that is deleted or only checked. */
export const keyBytes = (key: ItemKey): number => utf8(key.pk) + utf8(key.sk) + 'pksk'.length;
