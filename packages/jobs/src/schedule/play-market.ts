import { fromEpochDay, toEpochDay, type EpochMs } from '@aion/core';
import { nextAfter, type Beat, type JobName } from '../timetable/index.ts';
import type { ExchangeCalendar } from '@aion/market';
import type { LedClock } from './led-clock.ts';

export interface Play {
  readonly clock: LedClock;
  readonly calendar: ExchangeCalendar;
  /** Where it ends. */
  readonly untilMs: EpochMs;
  /** How many times faster than the wall clock while the exchange is open; nights and closed days pass at once. */
  readonly speed: number;
  readonly jobs: readonly { readonly name: JobName; readonly beat: Beat }[];
  /** Does a job for an instant, and ends when it has ended; what goes wrong is its own to keep. */
  readonly fire: (name: JobName, dueMs: EpochMs) => Promise<void>;
  /** Called at each instant before its jobs, so that other processes know what time it is. */
  readonly reached: (ms: EpochMs) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Plays a market by the timetable: from instant to instant, each job to its end before the clock goes on, so that none is left out however
 * fast it is played and however long a job takes. Jobs of one instant are done in the order of the timetable.
 *
 * @returns whether the end was reached; false when it was stopped.
 */
export async function playMarket(play: Play): Promise<boolean> {
  const { clock, untilMs, signal } = play;
  for (;;) {
    const next = nextInstant(play, clock.nowMs());
    const dueMs = Math.min(next?.dueMs ?? untilMs, untilMs);
    await clock.runTo(dueMs, openMsBetween(play.calendar, clock.nowMs(), dueMs) / play.speed, signal);
    if (signal.aborted) return false;
    await play.reached(dueMs);
    if (next === undefined || next.dueMs > untilMs) return true;
    for (const name of next.names) {
      await play.fire(name, dueMs);
      if (signal.aborted) return false;
    }
  }
}

function nextInstant(
  { jobs, calendar }: Play,
  afterMs: EpochMs,
): { readonly dueMs: EpochMs; readonly names: readonly JobName[] } | undefined {
  const due = jobs.flatMap(({ name, beat }) => {
    const dueMs = nextAfter(beat, calendar, afterMs);
    return dueMs === null ? [] : [{ name, dueMs }];
  });
  if (due.length === 0) return undefined;
  const dueMs = Math.min(...due.map((one) => one.dueMs));
  return { dueMs, names: due.filter((one) => one.dueMs === dueMs).map(({ name }) => name) };
}

/** How long the exchange is open between two instants. */
function openMsBetween(calendar: ExchangeCalendar, fromMs: EpochMs, toMs: EpochMs): number {
  let open = 0;
  for (let day = toEpochDay(calendar.dateAt(fromMs)); day <= toEpochDay(calendar.dateAt(toMs)); day++) {
    const date = fromEpochDay(day);
    const session = calendar.covers(date) ? calendar.session(date) : undefined;
    if (session === undefined || session.kind === 'closed') continue;
    open += Math.max(0, Math.min(toMs, session.closeMs) - Math.max(fromMs, session.openMs));
  }
  return open;
}

/**
 * A beat of which instants closer than so many minutes to the one before are left out: played fast, nobody sees the difference. The last of a
 * day stays, since by it a job has done its day.
 */
export function thinned(beat: Beat, leastGapMinutes: number): Beat {
  if (beat.kind !== 'minutes') return beat;
  const minutes: number[] = [];
  for (const minute of beat.minutes)
    if (minutes.length === 0 || minute - minutes.at(-1)! >= leastGapMinutes || minute === beat.minutes.at(-1))
      minutes.push(minute);
  return { ...beat, minutes };
}
