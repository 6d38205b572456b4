import { AppError, type KeyRange } from '@aion/core';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { INDEX_KEYS } from './table-shape.ts';

export type Attributes = Record<string, AttributeValue>;

/** A key condition, or `empty` when no key can lie in the range. */
export type RangePlan =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'query';
      readonly condition: string;
      readonly names: Record<string, string>;
      readonly values: Attributes;
      /** DynamoDB takes one condition on the sort key; what it could not say is checked on each item. */
      readonly keeps: (sortKey: string) => boolean;
    };

/** DynamoDB orders strings by their UTF-8 bytes. */
const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Turns prefix and inclusive bounds into the one sort key condition that DynamoDB takes. */
export function planRange(range: KeyRange): RangePlan {
  const keys = INDEX_KEYS[range.index ?? 'primary'];
  const prefix = range.prefix ?? '';
  if (range.pk === '' || range.to === '') return { kind: 'empty' };
  let { from, to } = range;
  if (from === '') from = undefined;
  if (prefix !== '') {
    // A bound outside the prefix either excludes every key of the prefix or none of them.
    if (from !== undefined && !from.startsWith(prefix)) {
      if (compare(from, prefix) > 0) return { kind: 'empty' };
      from = undefined;
    }
    if (to !== undefined && !to.startsWith(prefix)) {
      if (compare(to, prefix) < 0) return { kind: 'empty' };
      to = undefined;
    }
  }
  if (from !== undefined && to !== undefined && compare(from, to) > 0) return { kind: 'empty' };
  const names: Record<string, string> = { '#pk': keys.pk, '#sk': keys.sk };
  const values: Attributes = { ':pk': { S: range.pk } };
  const plan = (condition: string, bounds: Attributes): RangePlan => ({
    kind: 'query',
    condition: `#pk = :pk AND ${condition}`,
    names,
    values: { ...values, ...bounds },
    keeps: (sortKey) => sortKey.startsWith(prefix),
  });
  if (from === undefined && to === undefined) {
    if (prefix !== '') return plan('begins_with(#sk, :prefix)', { ':prefix': { S: prefix } });
    return { kind: 'query', condition: '#pk = :pk', names: { '#pk': keys.pk }, values, keeps: () => true };
  }
  if (prefix !== '') {
    from ??= prefix;
    to ??= firstAfter(prefix);
  }
  if (from !== undefined && to !== undefined) {
    return plan('#sk BETWEEN :from AND :to', { ':from': { S: from }, ':to': { S: to } });
  }
  if (from !== undefined) return plan('#sk >= :from', { ':from': { S: from } });
  return plan('#sk <= :to', { ':to': { S: to! } });
}

/** The least string above every string that begins with the prefix; undefined when there is none. */
function firstAfter(prefix: string): string | undefined {
  const points = [...prefix].map((letter) => letter.codePointAt(0)!);
  while (points.length > 0) {
    const last = points.pop()!;
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}

/** The opaque `next`: the last key, and the range that it belongs to. */
export function encodeCursor(range: KeyRange, last: Attributes): string {
  const keys = INDEX_KEYS[range.index ?? 'primary'];
  const text = (name: string): string => last[name]?.S ?? '';
  const parts = [range.table, range.index ?? 'primary', range.pk, text(keys.sk), text('pk'), text('sk')];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

export function decodeCursor(range: KeyRange, cursor: string): Attributes {
  const refused = (cause?: unknown): AppError =>
    new AppError('bad_input', 'the cursor is not one that this server gave for this list; start again without it', {
      cause,
      context: { words: 'caller' },
    });
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch (cause) {
    throw refused(cause);
  }
  if (!Array.isArray(parts) || parts.length !== 6 || !parts.every((part) => typeof part === 'string')) throw refused();
  const index = range.index ?? 'primary';
  const [table, cursorIndex, rangePk, sortKey, pk, sk] = parts as [string, string, string, string, string, string];
  if (table !== range.table || cursorIndex !== index || rangePk !== range.pk) throw refused();
  if (pk === '' || sk === '' || sortKey === '') throw refused();
  if (index === 'primary' && (pk !== rangePk || sortKey !== sk)) throw refused();
  // DynamoDB refuses a start key outside the key condition with an error of its own that names nothing.
  const outside =
    (range.prefix !== undefined && !sortKey.startsWith(range.prefix)) ||
    (range.from !== undefined && compare(sortKey, range.from) < 0) ||
    (range.to !== undefined && compare(sortKey, range.to) > 0);
  if (outside) throw refused();
  const keys = INDEX_KEYS[index];
  return { pk: { S: pk }, sk: { S: sk }, [keys.pk]: { S: rangePk }, [keys.sk]: { S: sortKey } };
}
