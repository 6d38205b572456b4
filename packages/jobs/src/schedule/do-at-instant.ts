import type { EpochMs, Exchange } from '@aion/core';
import { loadCalendar } from '@aion/market';
import type { Host } from '../host.ts';
import { lastUpTo, runJob, TIMETABLE, type JobName, type JobRecord } from '../timetable/index.ts';

/** For which market, and which instant of its timetable, a job is done. */
export interface Occasion {
  readonly market: Exchange;
  readonly dueMs: EpochMs;
}

/** A call of a job by whoever keeps the time. */
export interface JobCall {
  readonly job: JobName;
  readonly market: Exchange;
  /** When its schedule fired; by hand a job is called without, and done for now. */
  readonly firedMs?: EpochMs;
}

/** What a job made, what of it stands in its record, and false where it has to look again. */
export interface JobAnswer<T extends object> {
  readonly answer: T;
  readonly figures: JobRecord['figures'];
  readonly done?: boolean;
}

/**
 * Does a job that a schedule calls in a process of its own, once for the instant that it was fired for: a schedule may deliver a start twice.
 * Work that is not done, since what it needs is not there yet, is looked at again by the next firing for the same instant.
 *
 * @returns what `work` gives, or why there was nothing to do.
 * @example await doAtInstant(host, { job: 'billing', market: 'NSE', firedMs }, async () => ({ answer, figures: { checked: 3 } }));
 */
export async function doAtInstant<T extends object>(
  host: Pick<Host, 'items' | 'clock'>,
  { job, market, firedMs }: JobCall,
  work: (occasion: Occasion) => Promise<JobAnswer<T>>,
): Promise<T | { readonly skipped: string }> {
  const dueMs =
    firedMs === undefined ? host.clock.nowMs() : lastUpTo(TIMETABLE[job].beat, loadCalendar(market), firedMs);
  if (dueMs === null) return { skipped: 'it has no time in the timetable yet' };
  let answer: T | undefined;
  // Such a job runs one at a time: whatever another process began is not under way any more, and the repetition of one that was cut off
  // must do its work.
  const owner = { name: crypto.randomUUID(), isGone: () => true };
  const outcome = await runJob({ items: host.items, owner }, { market, job, dueMs }, host.clock, async () => {
    const { figures, answer: made, done = true } = await work({ market, dueMs });
    answer = made;
    return { done, figures };
  });
  return answer ?? { skipped: outcome === 'already' ? 'it has been done' : outcome };
}
