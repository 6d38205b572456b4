import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lowerBound } from './lower-bound.ts';

/** By looking at every value in turn. */
function firstNotBelow(values: readonly number[], value: number, start: number, end: number): number {
  for (let at = start; at < end; at++) if (values[at]! >= value) return at;
  return end;
}

type Search = (values: ArrayLike<number>, value: number, start: number, end: number) => number;

/** How many of the drawn cases end before all values, at one of several equal ones, and behind them all. */
function compare(search: Search): { before: number; among: number; behind: number } {
  const seen = { before: 0, among: 0, behind: 0 };
  const drawn = fc.record({
    values: fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 24 })
      .map((all) => all.sort((a, b) => a - b)),
    value: fc.integer({ min: -1, max: 10 }),
    cut: fc.tuple(fc.nat(24), fc.nat(24)),
  });
  fc.assert(
    fc.property(drawn, ({ values, value, cut }) => {
      const [start, end] = cut.map((at) => Math.min(at, values.length)).sort((a, b) => a - b) as [number, number];
      const expected = firstNotBelow(values, value, start, end);
      if (expected === end) seen.behind++;
      else if (expected === start) seen.before++;
      else if (values[expected + 1] === value) seen.among++;
      expect(search(values, value, start, end)).toBe(expected);
      expect(search(Int32Array.from(values), value, start, end)).toBe(expected);
    }),
    { numRuns: 1500 },
  );
  return seen;
}

it('finds the place that looking at every value finds, in any part of the values', () => {
  const seen = compare(lowerBound);
  for (const [name, count] of Object.entries(seen)) expect(count, name).toBeGreaterThan(25);
});

it('is told from one that passes equal values, or forgets where the part begins', () => {
  expect(() => compare((values, value, start, end) => lowerBound(values, value + 1, start, end))).toThrow();
  expect(() => compare((values, value, _start, end) => lowerBound(values, value, 0, end))).toThrow();
});
