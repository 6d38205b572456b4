import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFrozenClock } from '@aion/core';
import { makeTokenBuckets } from './token-buckets.ts';

const RATE = { perSecond: 10, burst: 5 };

describe('the token buckets', () => {
  it('let so many through at once, then by the rate, and say when', () => {
    const clock = makeFrozenClock(1_772_000_000_000);
    const buckets = makeTokenBuckets(RATE, clock, 10);
    const takes = Array.from({ length: 6 }, () => buckets.take('a'));
    expect(takes.map(({ allowed, left }) => [allowed, left])).toEqual([
      [true, 4],
      [true, 3],
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
    expect(takes[5]).toMatchObject({ waitMs: 100, fullMs: 500 });
    expect(buckets.take('b').allowed).toBe(true);
    clock.advance(99);
    expect(buckets.take('a').allowed).toBe(false);
    clock.advance(1);
    expect(buckets.take('a').allowed).toBe(true);
  });

  it('never let more through than burst and rate, at whatever times somebody asks, the clock set back or not', () => {
    // Asks come in bursts: spread evenly none would ever be refused.
    const ask = fc.record({
      wait: fc.oneof(fc.constant(0), fc.nat(20), fc.nat(400)),
      back: fc.oneof(fc.constant(0), fc.nat(5000)),
    });
    const seen = { passed: 0, refused: 0, 'clock set back': 0 };
    fc.assert(
      fc.property(fc.array(ask, { minLength: 10, maxLength: 200 }), (asks) => {
        const clock = makeFrozenClock(1_772_000_000_000);
        const buckets = makeTokenBuckets(RATE, clock, 3);
        let passed = 0;
        for (const { wait, back } of asks) {
          clock.advance(-back);
          clock.advance(wait);
          const { allowed } = buckets.take('a');
          seen[allowed ? 'passed' : 'refused']++;
          if (back > wait) seen['clock set back']++;
          if (allowed) passed++;
          expect(passed).toBeLessThanOrEqual(RATE.burst + (clock.monotonicMs() / 1000) * RATE.perSecond + 1e-6);
        }
      }),
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(100);
  });

  it('are bounded, forget only what is full again, and never one in use for the sake of new names', () => {
    const clock = makeFrozenClock(0);
    const buckets = makeTokenBuckets(RATE, clock, 100);
    for (let i = 0; i < 5; i++) buckets.take('spent');
    for (let i = 0; i < 10_000; i++) buckets.take(`made-up-${i}`);
    expect(buckets.size()).toBe(100);
    // An attacker who floods it with names does not win a fresh bucket: the one that is spent still is.
    expect(buckets.take('spent').allowed).toBe(false);
    // And the names beyond the room share one, which is spent.
    expect(buckets.take('yet-another').allowed).toBe(false);
    clock.advance(1000);
    expect(buckets.take('an-honest-one').allowed).toBe(true);
    expect(buckets.size()).toBeLessThan(5);
  });
});
