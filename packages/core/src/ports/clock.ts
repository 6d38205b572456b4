import type { EpochMs } from '../time.ts';

/** The only place that reads now and lets time pass. */
export interface Clock {
  /** What people call the time. It may be set, also back: for stamps, sessions and what expires at an instant. */
  nowMs(): EpochMs;
  /**
   * Milliseconds since some beginning of this process; never goes back. For how long something is kept, throttled or waited for:
   * a clock that is set back must not keep a right alive. Means nothing outside this process.
   */
  monotonicMs(): number;
  /** Resolves when so many milliseconds have passed. */
  pause(ms: number): Promise<void>;
}

/**
 * A clock that runs from a frozen as-of instant: the simulated market's now. It advances by the monotonic time of `wall`, so setting that
 * clock back does not move it.
 *
 * @example makeOffsetClock(Date.parse('2026-02-27T12:00:00Z'), wall).nowMs()
 */
export function makeOffsetClock(startMs: EpochMs, wall: Clock): Clock {
  const begunMs = wall.monotonicMs();
  return {
    nowMs: () => startMs + Math.floor(wall.monotonicMs() - begunMs),
    monotonicMs: () => wall.monotonicMs(),
    pause: (ms) => wall.pause(ms),
  };
}

/**
 * A clock that stands still until it is set: for tests and for the simulated market's frozen as-of date. `set` and `advance`
 * move both of its times forward; backwards they move the wall time only, as an operator who sets a machine's clock does. Nobody waits
 * on it: a pause ends at once, and the clock stands where it stood.
 */
export function makeFrozenClock(startMs: EpochMs): Clock & { set(ms: EpochMs): void; advance(ms: number): void } {
  let now = startMs;
  let elapsed = 0;
  const set = (ms: EpochMs): void => {
    elapsed += Math.max(0, ms - now);
    now = ms;
  };
  return {
    nowMs: () => now,
    monotonicMs: () => elapsed,
    pause: async () => undefined,
    set,
    advance: (ms) => set(now + ms),
  };
}
