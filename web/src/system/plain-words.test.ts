import { expect, it } from 'vitest';
import { plainWords } from './plain-words.ts';

it('instants of the server are said in exchange time, days with their month, and the phrase becomes a sentence', () => {
  expect(plainWords('failing at 2026-02-27T20:05:30.123Z')).toBe('Failing at 28 Feb 2026, 01:35 IST.');
  expect(plainWords('no bar of 2026-02-03 is stored; import that session')).toBe(
    'No bar of 3 Feb 2026 is stored; import that session.',
  );
  expect(plainWords('line 2026-99-99 of INE000A01010')).toBe('Line 2026-99-99 of INE000A01010.');
});
