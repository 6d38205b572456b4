import { Cron } from 'croner';
import type { Clock, EpochMs } from '@aion/core';
import { nextAfter, type Beat } from '@aion/jobs/timetable';
import type { ExchangeCalendar } from '@aion/market';

export interface Repeated {
  /** When it fires next; null when the calendar knows of no more. */
  nextMs(): EpochMs | null;
  stop(): void;
}

/**
 * Does `work` at each instant of a beat, and hands it that instant, or the one at which it comes late. What is still under way when the next
 * instant comes is not begun a second time; after a machine has slept, one late firing stands for all that were missed.
 */
export function repeat(
  beat: Beat,
  calendar: ExchangeCalendar,
  clock: Pick<Clock, 'nowMs'>,
  work: (dueMs: EpochMs) => Promise<void>,
): Repeated {
  let timer: Cron | undefined;
  let nextMs: EpochMs | null = null;
  let busy = false;
  const fire = async (): Promise<void> => {
    // A timer may fire a moment early: what it fires for is due all the same.
    const dueMs = Math.max(clock.nowMs(), nextMs ?? 0);
    arm(dueMs);
    if (busy) return;
    busy = true;
    try {
      await work(dueMs);
    } finally {
      busy = false;
    }
  };
  function arm(afterMs: EpochMs): void {
    nextMs = nextAfter(beat, calendar, afterMs);
    timer = nextMs === null ? undefined : new Cron(new Date(nextMs), fire);
  }
  arm(clock.nowMs());
  return { nextMs: () => nextMs, stop: () => timer?.stop() };
}
