import { AppError, type ErrorCode } from '../errors.ts';
import type { Item, ItemKey, Write } from './item-table.ts';

/** At most this many writes in one transaction (DynamoDB's limit is 100). */
export const MAX_TRANSACTION_WRITES = 100;
/** At most this many bytes of items in one transaction (DynamoDB's limit is 4 MB). */
export const MAX_TRANSACTION_BYTES = 4_000_000;
/** Largest body in bytes of JSON (DynamoDB's limit on an item is 400 KB; keys at their longest, names and numbers take the rest). */
export const MAX_BODY_BYTES = 380_000;
/** Longest partition and sort key in UTF-8 bytes, those of an index too (DynamoDB's limits). */
export const MAX_KEY_BYTES = { partition: 2048, sort: 1024 } as const;

/** Which rule a write broke, as `context.rule` of the error. */
export type ItemRule =
  | 'empty_key'
  | 'long_key'
  | 'half_index'
  | 'whole_version'
  | 'whole_expiry'
  | 'body_size'
  | 'transaction_count'
  | 'transaction_repeats'
  | 'transaction_size';

const INDEXES = ['gsi1', 'gsi2'] as const;
/** Names of attributes, numbers and the id of the write, at most. */
const OVERHEAD_BYTES = 300;

const utf8 = new TextEncoder();
const bytesOf = (text: string): number => utf8.encode(text).length;

/** Throws AppError(bad_input) for a key that no item can have. */
export function requireKey(key: ItemKey): void {
  requireParts(key, 'the key', key.pk, key.sk);
}

/**
 * Throws AppError(bad_input), or AppError(too_large) for its body, when DynamoDB would not take the item. Every table asks before it
 * writes, so what one host stores the other can take over. Returns the body as it is stored.
 */
export function requireItem(item: Item): string {
  requireKey(item);
  for (const index of INDEXES) {
    const [pk, sk] = [item[`${index}pk`], item[`${index}sk`]];
    if (pk === undefined && sk === undefined) continue;
    if (pk === undefined || sk === undefined) {
      const [there, missing] = pk === undefined ? ['sk', 'pk'] : ['pk', 'sk'];
      throw broken(
        item,
        'half_index',
        `${index}${there} is given without ${index}${missing}; give both, or neither to leave it out of that index`,
      );
    }
    requireParts(item, `the key of ${index}`, pk, sk);
  }
  if (!Number.isSafeInteger(item.v))
    throw broken(item, 'whole_version', `v is ${item.v}; give the schema's version as a whole number`);
  if (item.expiresAtS !== undefined && !Number.isSafeInteger(item.expiresAtS))
    throw broken(item, 'whole_expiry', `expiresAtS is ${item.expiresAtS}; give whole epoch seconds`);
  const body = JSON.stringify(item.body);
  const bytes = bytesOf(body);
  if (bytes > MAX_BODY_BYTES)
    throw broken(
      item,
      'body_size',
      `the body has ${bytes} bytes, more than ${MAX_BODY_BYTES}; store an object and point to it`,
      'too_large',
    );
  return body;
}

/** Throws AppError(bad_input) or AppError(too_large) when DynamoDB would not take the writes as one transaction. */
export function requireTransaction(writes: readonly Write[]): void {
  if (writes.length > MAX_TRANSACTION_WRITES)
    throw refused('transaction_count', `it has ${writes.length} writes, more than ${MAX_TRANSACTION_WRITES}; split it`);
  const seen = new Set<string>();
  let bytes = 0;
  for (const write of writes) {
    const { table, pk, sk } = keyOfWrite(write);
    const name = JSON.stringify([table, pk, sk]);
    if (seen.has(name))
      throw refused('transaction_repeats', `two of its writes are of ${pk} | ${sk}; an item is written once in it`);
    seen.add(name);
    if (write.kind === 'put') bytes += storedBytes(write.item, requireItem(write.item));
    else requireKey(write.key);
  }
  if (bytes > MAX_TRANSACTION_BYTES)
    throw refused(
      'transaction_size',
      `its items have ${bytes} bytes, more than ${MAX_TRANSACTION_BYTES}; split it, or store objects and point to them`,
      'too_large',
    );
}

/** The key of the item that a write puts, deletes or checks. */
export const keyOfWrite = (write: Write): ItemKey => (write.kind === 'put' ? write.item : write.key);

function storedBytes({ pk, sk, gsi1pk = '', gsi1sk = '', gsi2pk = '', gsi2sk = '' }: Item, body: string): number {
  return bytesOf(body) + bytesOf([pk, sk, gsi1pk, gsi1sk, gsi2pk, gsi2sk].join('')) + OVERHEAD_BYTES;
}

function requireParts(item: ItemKey, what: string, pk: string, sk: string): void {
  for (const [part, text] of [
    ['partition', pk],
    ['sort', sk],
  ] as const) {
    if (text === '')
      throw broken(item, 'empty_key', `the ${part} part of ${what} is empty; give it one letter at least`);
    const bytes = bytesOf(text);
    if (bytes > MAX_KEY_BYTES[part])
      throw broken(
        item,
        'long_key',
        `the ${part} part of ${what} has ${bytes} bytes, more than ${MAX_KEY_BYTES[part]}; shorten it, or take its hash`,
      );
  }
}

const LEGIBLE = 100;
const short = (text: string): string => (text.length > LEGIBLE ? `${text.slice(0, LEGIBLE)}…` : text);

function broken({ table, pk, sk }: ItemKey, rule: ItemRule, why: string, code: ErrorCode = 'bad_input'): AppError {
  return new AppError(code, `the item "${short(pk)}" | "${short(sk)}" of ${table} cannot be stored: ${why}`, {
    context: { rule },
  });
}

function refused(rule: ItemRule, why: string, code: ErrorCode = 'bad_input'): AppError {
  return new AppError(code, `the transaction cannot be written: ${why}`, { context: { rule } });
}
