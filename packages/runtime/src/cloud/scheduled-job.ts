import type { Host } from '@aion/jobs';
import { lastUpTo, runJob, TIMETABLE, type JobName, type JobRecord } from '@aion/jobs/timetable';
import { EXCHANGES, type EpochMs, type Exchange } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { z } from 'zod';

/** What EventBridge hands over; by hand a function is called without. */
const ScheduledEvent = z.looseObject({
  dueAt: z.iso.datetime({ offset: true }).optional(),
  market: z.enum(EXCHANGES).default('NSE'),
});

/** For which market, and which instant of its timetable, a job is done. */
export interface Occasion {
  readonly market: Exchange;
  readonly dueMs: EpochMs;
}

/**
 * Does a job that a schedule calls, once for the instant that it was fired for: EventBridge may deliver a start twice. Called by hand it is
 * done for now. Work that is not done, since what it needs is not there yet, is looked at again by the next firing for the same instant.
 *
 * @returns what `work` gives, or why there was nothing to do.
 */
export async function scheduledJob<T extends object>(
  host: Host,
  job: JobName,
  event: unknown,
  work: (
    occasion: Occasion,
  ) => Promise<{ readonly answer: T; readonly figures: JobRecord['figures']; readonly done?: boolean }>,
): Promise<T | { readonly skipped: string }> {
  const { dueAt, market } = ScheduledEvent.parse(event ?? {});
  const calendar = loadCalendar(market);
  const dueMs = dueAt === undefined ? host.clock.nowMs() : lastUpTo(TIMETABLE[job].beat, calendar, Date.parse(dueAt));
  if (dueMs === null) return { skipped: 'it has no time in the timetable yet' };
  let answer: T | undefined;
  // These functions run one at a time (`reservedConcurrency`): whatever another invocation began is not under way any more, and the
  // repetition of one that was cut off must do its work.
  const owner = { name: crypto.randomUUID(), isGone: () => true };
  const outcome = await runJob({ items: host.items, owner }, { market, job, dueMs }, host.clock, async () => {
    const { figures, answer: made, done = true } = await work({ market, dueMs });
    answer = made;
    return { done, figures };
  });
  return answer ?? { skipped: outcome === 'already' ? 'it has been done' : outcome };
}
