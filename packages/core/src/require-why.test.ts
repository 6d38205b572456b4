import { expect, it } from 'vitest';
import { requireWhy } from './require-why.ts';
import { isWhy } from './why-letters.ts';
import { Why } from './why.ts';

it('keeps a reason without its blanks, and refuses one that is none or that nobody could read back', () => {
  expect(requireWhy('  checked ')).toBe('checked');
  expect(requireWhy('x'.repeat(500))).toHaveLength(500);
  expect(() => requireWhy(' ok ')).toThrow(/at least three letters/);
  expect(() => requireWhy('x'.repeat(501))).toThrow(/at most 500 letters/);
});

it('a form, a schema and a use case agree on what a reason is', () => {
  for (const text of ['', '   ', ' ok ', 'yes', ' yes ', 'x'.repeat(500), ` ${'x'.repeat(500)} `, 'x'.repeat(501)]) {
    const taken = Why.safeParse(text).success;
    expect([text, isWhy(text)]).toEqual([text, taken]);
    if (taken) expect(requireWhy(text)).toBe(text.trim());
    else expect(() => requireWhy(text)).toThrow();
  }
});
