import { expect, it } from 'vitest';
import { requireWhy } from './require-why.ts';

it('keeps a reason without its blanks, and refuses one that is none or that nobody could read back', () => {
  expect(requireWhy('  checked ')).toBe('checked');
  expect(requireWhy('x'.repeat(500))).toHaveLength(500);
  expect(() => requireWhy(' ok ')).toThrow(/at least three letters/);
  expect(() => requireWhy('x'.repeat(501))).toThrow(/at most 500 letters, these are 501/);
});
