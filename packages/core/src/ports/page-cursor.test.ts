import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { KeyRange } from './item-table.ts';
import { compareUtf8, decodePageCursor, encodePageCursor } from './page-cursor.ts';

const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
const range = fc.record({
  table: fc.constantFrom('product' as const, 'money' as const),
  index: fc.constantFrom(undefined, 'gsi1' as const, 'gsi2' as const),
  pk: key,
});
const isRefused = (of: KeyRange, cursor: string): boolean => {
  try {
    decodePageCursor(of, cursor);
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad_input', context: { words: 'caller' } });
    return true;
  }
};

it('leads back to where the page ended, whatever letters the keys have, and fits no other list', () => {
  let [kept, refused] = [0, 0];
  fc.assert(
    fc.property(range, range, key, key, ({ index, ...rest }, other, pk, sk) => {
      const own: KeyRange = index === undefined ? rest : { ...rest, index };
      const end = index === undefined ? { sortKey: sk, pk: own.pk, sk } : { sortKey: pk, pk, sk };
      const cursor = encodePageCursor(own, end);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(decodePageCursor(own, cursor)).toEqual(end);
      kept++;
      const same = other.table === own.table && other.index === index && other.pk === own.pk;
      if (same) return;
      const { index: otherIndex, ...others } = other;
      expect(isRefused(otherIndex === undefined ? others : { ...others, index: otherIndex }, cursor)).toBe(true);
      refused++;
    }),
    { numRuns: 500 },
  );
  expect(kept).toBe(500);
  expect(refused).toBeGreaterThan(450);
});

it('is refused when it was made by hand', () => {
  const of: KeyRange = { table: 'product', pk: 'C' };
  const forged = (parts: unknown): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
  expect(isRefused(of, forged(['product', 'primary', 'C', 'c#1', 'C', 'c#1']))).toBe(false);
  for (const parts of [
    ['product', 'primary', 'C', 'c#1', 'OTHER', 'c#1'],
    ['product', 'primary', 'C', 'c#1', 'C', 'c#2'],
    ['product', 'primary', 'C', '', 'C', ''],
    ['product', 'primary', 'C', 'c#1'],
    ['product', 'primary', 'C', 1, 'C', 1],
    { pk: 'C' },
    null,
  ]) {
    expect(isRefused(of, forged(parts)), JSON.stringify(parts)).toBe(true);
  }
  for (const cursor of ['', 'zzz', '{', '\u{e9}']) expect(isRefused(of, cursor), cursor).toBe(true);
});

it('compares sort keys as their UTF-8 bytes lie', () => {
  let [cases, unlikeJavaScript] = [0, 0];
  const letters = fc.string({
    unit: fc.constantFrom('a', 'b', 'é', '\u{d7ff}', '\u{e000}', '\u{1f600}'),
    maxLength: 4,
  });
  fc.assert(
    fc.property(letters, letters, (a, b) => {
      const byBytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(compareUtf8(a, b))).toBe(byBytes);
      cases++;
      if (byBytes !== (a < b ? -1 : a > b ? 1 : 0)) unlikeJavaScript++;
    }),
    { numRuns: 2000 },
  );
  expect(cases).toBe(2000);
  expect(unlikeJavaScript).toBeGreaterThan(50);
});
