import { makeBoundedCache, type Clock } from '@aion/core';

const ENTRIES = 20_000;

/** What is known of a token that was verified before: it still holds, its time is over, or it was not seen. */
type Known<T> = { readonly kind: 'good'; readonly value: T } | { readonly kind: 'over' } | { readonly kind: 'unseen' };

/**
 * Keeps what verified tokens say until they expire, the one that was shown longest ago leaving first. How long that is is counted by
 * time that never goes back: a clock that is set back does not bring a token to life again whose time was over here.
 */
export function makeTokenCache<T extends { readonly expiresAtS: number }>(
  clock: Clock,
): { look(token: string): Known<T>; keep(token: string, value: T): void } {
  const kept = makeBoundedCache<string, { value: T; untilMs: number }>(ENTRIES);
  return {
    look(token) {
      const found = kept.get(token);
      if (found === undefined) return { kind: 'unseen' };
      const over = clock.monotonicMs() >= found.untilMs || clock.nowMs() >= found.value.expiresAtS * 1000;
      return over ? { kind: 'over' } : { kind: 'good', value: found.value };
    },
    keep(token, value) {
      kept.set(token, { value, untilMs: clock.monotonicMs() + value.expiresAtS * 1000 - clock.nowMs() });
    },
  };
}
