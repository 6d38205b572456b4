import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeListCursor, encodeListCursor } from './list-cursor.ts';

const LIST = '0123456789abcdef0123456789abcdef';
const WHY = 'a newer list is served';
const hash = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 64 });
const refusedWith = (cursor: string, list: string): unknown => {
  try {
    return decodeListCursor(cursor, list, WHY);
  } catch (error) {
    return String(error);
  }
};

it('leads back to its place in its list, and into no other list', () => {
  let [kept, refused] = [0, 0];
  fc.assert(
    fc.property(hash, hash, fc.nat(999_999), (list, other, place) => {
      const cursor = encodeListCursor(list, place);
      expect(decodeListCursor(cursor, list, WHY)).toBe(place);
      // Goes into a query as it is, and under the hundred letters that a request takes.
      expect(cursor).toMatch(/^[A-Za-z0-9]{1,40}$/);
      kept++;
      if (list.slice(0, 16) === other.slice(0, 16)) return;
      expect(refusedWith(cursor, other)).toMatch(/a newer list is served; start again without a cursor/);
      refused++;
    }),
    { numRuns: 500 },
  );
  expect(kept).toBe(500);
  expect(refused).toBeGreaterThan(450);
});

it.each(['', 'x', '%00', btoa('1:1'), btoa(`${LIST.slice(0, 16)}:-1`), btoa(`${LIST.slice(0, 16)}:9999999`)])(
  'of a hand and not of this server (%j) is refused',
  (cursor) => {
    expect(refusedWith(cursor, LIST)).toMatch(/not one that this server gave; start again without a cursor/);
  },
);
