import type { Clock } from '@aion/core';

/** The wall clock. */
export const systemClock: Clock = { nowMs: () => Date.now() };

/** A clock that runs like the wall clock from a frozen as-of instant: the simulated market's "now". */
export function makeOffsetClock(startMs: number): Clock {
  const started = Date.now();
  return { nowMs: () => startMs + (Date.now() - started) };
}
