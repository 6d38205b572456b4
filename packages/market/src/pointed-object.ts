import { AppError, bodyOf, firstIssue, type ObjectStore, type StoredForm, type StoredItem } from '@aion/core';
import { z } from 'zod';

const Pointed = z.object({ key: z.string() });
const asItIs = (body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => body;

/** An item that points at an object. Its version is that of what the object holds; the key stands alike in each. */
export const POINTED: StoredForm<z.infer<typeof Pointed>> = {
  what: 'pointer to an object',
  v: 2,
  schema: Pointed,
  upcast: { 1: asItIs },
};

/** How what an item points at is read, and what whoever meets a damaged one is to do. */
export interface PointedForm<T> extends Pick<StoredForm<T>, 'what' | 'v' | 'schema'> {
  readonly advice: string;
}

/**
 * Reads the JSON object that an item points at through its schema. Throws AppError(corrupt) when item or object does not fit.
 *
 * @example readJsonObject(objects, item, { what: 'instruments', v: 1, schema: z.array(Instrument), advice: 'import them again' })
 */
export async function readJsonObject<T>(
  objects: ObjectStore,
  item: StoredItem,
  { what, v, schema, advice }: PointedForm<T>,
): Promise<T> {
  const { key } = bodyOf(item, { ...POINTED, what: `pointer to the ${what}`, v, advice });
  const parsed = schema.safeParse(JSON.parse(new TextDecoder().decode(await objects.get(key))));
  if (parsed.success) return parsed.data;
  throw new AppError(
    'corrupt',
    `the stored ${what} (${key}) do not have the expected shape: ${firstIssue(parsed.error)}; ${advice}`,
    { context: { key } },
  );
}
