import { z } from 'zod';
import { AppError } from './errors.ts';
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

const RESTORE = 'restore a backup, or ask for help with this line';

/**
 * The body of a stored item, through its schema and from whatever version it was written by.
 *
 * @throws AppError(corrupt) that names the item and what does not fit; also for an item that a newer program wrote.
 * @example bodyOf(item, { what: 'run', v: 1, schema: RunRecord })
 */
export function bodyOf<T>(item: StoredItem, { what, v, schema, advice = RESTORE, upcast = {} }: StoredForm<T>): T {
  const corrupt = (why: string): AppError =>
    new AppError('corrupt', `the stored ${what} ${item.pk} ${item.sk} cannot be read: ${why}`, {
      context: { pk: item.pk, sk: item.sk },
    });
  if (item.v > v) throw corrupt(`a newer program wrote it (version ${item.v}, this one knows ${v}); use that program`);
  let body = item.body;
  for (let version = item.v; version < v; version++) {
    const next = upcast[version];
    if (next === undefined) throw corrupt(`nothing makes version ${version + 1} of version ${version}`);
    body = next(body);
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw corrupt(`${issue?.path.join('.') || 'the body'}: ${issue?.message ?? 'not as expected'}; ${advice}`);
}
