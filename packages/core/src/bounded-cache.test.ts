import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeBoundedCache, type BoundedCache } from './bounded-cache.ts';

type Make = (most: number) => BoundedCache<number, { of: number }>;

/** Holds a cache against a list of keys, the newest last. Counts the steps that met a key that was held, and the evictions. */
function compare(make: Make): Record<'get' | 'set' | 'delete' | 'evicted', number> {
  const seen = { get: 0, set: 0, delete: 0, evicted: 0 };
  const step = fc.record({
    kind: fc.constantFrom(...(['get', 'get', 'set', 'set', 'set', 'delete'] as const)),
    key: fc.integer({ min: 0, max: 7 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { minLength: 5, maxLength: 60 }), (most, steps) => {
      const cache = make(most);
      let keys: number[] = [];
      const values = new Map<number, { of: number }>();
      for (const [at, { kind, key }] of steps.entries()) {
        const held = keys.includes(key);
        keys = keys.filter((one) => one !== key);
        if (kind === 'get') expect(cache.get(key)).toBe(held ? values.get(key) : undefined);
        if (kind === 'delete') cache.delete(key);
        if (kind === 'set') {
          values.set(key, { of: at });
          cache.set(key, values.get(key)!);
        }
        if (held) seen[kind]++;
        if (kind === 'set' || (kind === 'get' && held)) keys.push(key);
        if (keys.length > most) {
          keys.shift();
          seen.evicted++;
        }
      }
    }),
    { numRuns: 300 },
  );
  return seen;
}

it('holds the newest so many of what was read or written, each with its last value', () => {
  const seen = compare(makeBoundedCache);
  for (const [name, count] of Object.entries(seen)) expect(count, name).toBeGreaterThan(100);
});

it('is told from a cache without an end, one that forgets too early, and one in which reading keeps nothing', () => {
  const copyOf = (most: number, change: Partial<BoundedCache<number, { of: number }>>) => ({
    ...makeBoundedCache<number, { of: number }>(most),
    ...change,
  });
  expect(() => compare(() => copyOf(1000, {}))).toThrow();
  expect(() => compare((most) => copyOf(Math.max(1, most - 1), {}))).toThrow();
  expect(() =>
    compare((most) => {
      const kept = new Map<number, { of: number }>();
      return {
        get: (key) => kept.get(key),
        set(key, value) {
          kept.set(key, value);
          if (kept.size > most) kept.delete(kept.keys().next().value!);
        },
        delete: (key) => void kept.delete(key),
      };
    }),
  ).toThrow();
});

it('keeps null apart from nothing', () => {
  const cache = makeBoundedCache<string, null>(2);
  cache.set('a', null);
  expect([cache.get('a'), cache.get('b')]).toEqual([null, undefined]);
});
