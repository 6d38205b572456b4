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
 * Does `work` at each instant of a beat. What is still under way when the next instant comes is not begun a second time; after a
 * machine has slept, one late firing stands for all that were missed.
 */
export function repeat(
  beat: Beat,
  calendar: ExchangeCalendar,
  clock: Pick<Clock, 'nowMs'>,
  work: () => Promise<void>,
): Repeated {
  let timer: Cron | undefined;
  let nextMs: EpochMs | null = null;
  let busy = false;
  const fire = async (): Promise<void> => {
    arm(Math.max(clock.nowMs(), nextMs ?? 0));
    if (busy) return;
    busy = true;
    try {
      await work();
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
