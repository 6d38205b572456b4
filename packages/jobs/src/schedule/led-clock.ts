import type { Clock, EpochMs } from '@aion/core';

/** The clock of a market that is played: it runs from instant to instant at a pace, and stands at each until what is due there has been done. */
export interface LedClock extends Clock {
  /** Runs from where it stands to `ms` within so many milliseconds of the wall clock; stands where it is when it is told to stop. */
  runTo(ms: EpochMs, withinMs: number, signal: AbortSignal): Promise<void>;
}

/** So long a stop is not heard at most. */
const SLICE_MS = 200;

/**
 * A clock that stands at `startMs` until it is led on.
 *
 * @example const clock = makeLedClock(Date.parse('2026-02-27T12:00:00Z'), systemClock);
 */
export function makeLedClock(startMs: EpochMs, wall: Clock): LedClock {
  let standsAtMs = startMs;
  let run: { readonly toMs: EpochMs; readonly begunMs: number; readonly withinMs: number } | undefined;
  const nowMs = (): EpochMs => {
    if (run === undefined) return standsAtMs;
    const passed = Math.min(1, (wall.monotonicMs() - run.begunMs) / run.withinMs);
    return standsAtMs + Math.floor(passed * (run.toMs - standsAtMs));
  };
  return {
    nowMs,
    monotonicMs: () => wall.monotonicMs(),
    pause: (ms) => wall.pause(ms),
    async runTo(ms, withinMs, signal) {
      if (withinMs > 0) {
        const begunMs = wall.monotonicMs();
        run = { toMs: ms, begunMs, withinMs };
        for (let left = withinMs; left > 0 && !signal.aborted; left = begunMs + withinMs - wall.monotonicMs())
          await wall.pause(Math.min(left, SLICE_MS));
      }
      standsAtMs = signal.aborted ? nowMs() : ms;
      run = undefined;
    },
  };
}
