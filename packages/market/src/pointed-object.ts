import { AppError, type ObjectStore } from '@aion/core';
import { z } from 'zod';

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
