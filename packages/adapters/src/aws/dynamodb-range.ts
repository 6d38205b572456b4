import { compareUtf8, decodePageCursor, encodePageCursor, type KeyRange } from '@aion/core';
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
      if (compareUtf8(from, prefix) > 0) return { kind: 'empty' };
      from = undefined;
    }
    if (to !== undefined && !to.startsWith(prefix)) {
      if (compareUtf8(to, prefix) < 0) return { kind: 'empty' };
      to = undefined;
    }
  }
  if (from !== undefined && to !== undefined && compareUtf8(from, to) > 0) return { kind: 'empty' };
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
  const text = (name: string): string => last[name]?.S ?? '';
  const sortKey = text(INDEX_KEYS[range.index ?? 'primary'].sk);
  return encodePageCursor(range, { sortKey, pk: text('pk'), sk: text('sk') });
}

/** The start key that a cursor stands for. DynamoDB refuses one outside the key condition with an error that names nothing. */
export function decodeCursor(range: KeyRange, cursor: string): Attributes {
  const { sortKey, pk, sk } = decodePageCursor(range, cursor);
  const keys = INDEX_KEYS[range.index ?? 'primary'];
  return { pk: { S: pk }, sk: { S: sk }, [keys.pk]: { S: range.pk }, [keys.sk]: { S: sortKey } };
}
