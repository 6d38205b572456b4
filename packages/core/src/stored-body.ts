import { z } from 'zod';
import { AppError } from './errors.ts';
import { firstIssue } from './first-issue.ts';
import type { StoredItem } from './ports/item-table.ts';

/** How the body of a kind of item is read: its newest version, and what makes older ones of it. */
export interface StoredForm<T> {
  /** What it is, for errors: "run", "signal". */
  readonly what: string;
  readonly v: number;
  readonly schema: z.ZodType<T>;
  /** What whoever meets a damaged one is to do. */
  readonly advice?: string;
  /** By the version that an item has: its body as the version after it has it. */
  readonly upcast?: Readonly<
    Record<number, (body: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>>
  >;
}

export const RESTORE = 'restore a backup, or ask for help with this line';

/**
 * The body of a stored item, through its schema and from whatever version it was written by; undefined where there is no item.
 *
 * @throws AppError(corrupt) that names the item and what does not fit; also for an item that a newer program wrote.
 * @example bodyOf(item, { what: 'run', v: 1, schema: RunRecord })
 */
export function bodyOf<T>(item: StoredItem, form: StoredForm<T>): T;
export function bodyOf<T>(item: StoredItem | undefined, form: StoredForm<T>): T | undefined;
export function bodyOf<T>(item: StoredItem | undefined, form: StoredForm<T>): T | undefined {
  if (item === undefined) return undefined;
  const read = readBody(item, form);
  if ('body' in read) return read.body;
  const { pk, sk } = item;
  throw new AppError('corrupt', `the stored ${form.what} ${pk} ${sk} cannot be read: ${read.why}`, {
    context: { pk, sk },
  });
}

/**
 * As `bodyOf`, of what is only remembered and will be made again: undefined also where it cannot be read.
 *
 * @example bodyIfReadable(await items.get(key), SHARD) // undefined: compute it
 */
export function bodyIfReadable<T>(item: StoredItem | undefined, form: StoredForm<T>): T | undefined {
  if (item === undefined) return undefined;
  const read = readBody(item, form);
  return 'body' in read ? read.body : undefined;
}

function readBody<T>(
  item: StoredItem,
  { v, schema, advice = RESTORE, upcast = {} }: StoredForm<T>,
): { readonly body: T } | { readonly why: string } {
  if (item.v > v) return { why: `a newer program wrote it (version ${item.v}, this one knows ${v}); use that program` };
  let body = item.body;
  for (let version = item.v; version < v; version++) {
    const next = upcast[version];
    if (next === undefined) return { why: `nothing makes version ${version + 1} of version ${version}` };
    body = next(body);
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return { body: parsed.data };
  return { why: `${firstIssue(parsed.error)}; ${advice}` };
}
