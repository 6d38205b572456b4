import {
  AppError,
  isAppError,
  type Item,
  type ItemTable,
  type ObjectStore,
  type StoredItem,
  unchangedSince,
} from '@aion/core';
import { z } from 'zod';

const MAX_ATTEMPTS = 5;

/**
 * Swaps the item that points at an object, unless another import did so since `before` was read: then false, and the caller
 * merges again with what is stored now. Throws the conflict when that happens too often.
 */
export async function putUnlessChanged(
  items: ItemTable,
  item: Item,
  before: StoredItem | undefined,
  attempt: number,
): Promise<boolean> {
  try {
    await items.put(item, unchangedSince(before));
    return true;
  } catch (error) {
    if (!isAppError(error, 'conflict') || attempt >= MAX_ATTEMPTS) throw error;
    return false;
  }
}

/** Reads a JSON object of the store through its schema. Throws AppError(corrupt) when it does not fit. */
export async function readJsonObject<T>(
  objects: ObjectStore,
  key: unknown,
  schema: z.ZodType<T>,
  what: string,
): Promise<T> {
  const bytes = await objects.get(z.string().parse(key));
  const parsed = schema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  if (parsed.success) return parsed.data;
  throw new AppError(
    'corrupt',
    `the stored ${what} do not have the expected shape (${z.prettifyError(parsed.error)}); import them again`,
  );
}
