import type { Clock } from '@aion/core';

const monotonicMs = (): number => performance.now();

/** The wall clock, and the machine's own count of time beside it. */
export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs };

/** A clock that runs from a frozen as-of instant: the simulated market's "now". It runs on when the wall clock is set back. */
export function makeOffsetClock(startMs: number): Clock {
  const started = monotonicMs();
  return { nowMs: () => startMs + Math.floor(monotonicMs() - started), monotonicMs };
}
