import type { EpochMs } from '../time.ts';

/** The only place that reads now. */
export interface Clock {
  nowMs(): EpochMs;
}

/** A clock that stands still until it is set: for tests and for the simulated market's frozen as-of date. */
export function makeFrozenClock(startMs: EpochMs): Clock & { set(ms: EpochMs): void; advance(ms: number): void } {
  let now = startMs;
  return {
    nowMs: () => now,
    set: (ms) => void (now = ms),
    advance: (ms) => void (now += ms),
  };
}
