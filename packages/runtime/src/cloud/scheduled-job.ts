import type { Host } from '@aion/jobs';
import { doAtInstant, type JobAnswer, type Occasion } from '@aion/jobs/schedule';
import type { JobName } from '@aion/jobs/timetable';
import { AppError, EXCHANGES } from '@aion/core';
import { z } from 'zod';

/** What EventBridge hands over; by hand a function is called without. */
const ScheduledEvent = z.looseObject({
  dueAt: z.iso.datetime({ offset: true }).optional(),
  market: z.enum(EXCHANGES).default('NSE'),
});

/**
 * Does a job for the event of its schedule. The functions that call it run one at a time (`reservedConcurrency`), as `doAtInstant` asks.
 *
 * @throws AppError(bad_input) for an event of another shape.
 */
export async function scheduledJob<T extends object>(
  host: Host,
  job: JobName,
  event: unknown,
  work: (occasion: Occasion) => Promise<JobAnswer<T>>,
): Promise<T | { readonly skipped: string }> {
  const asked = ScheduledEvent.safeParse(event ?? {});
  if (!asked.success)
    throw new AppError('bad_input', `expected an event as the schedule sends it: ${z.prettifyError(asked.error)}`);
  const { dueAt, market } = asked.data;
  return doAtInstant(host, { job, market, ...(dueAt !== undefined && { firedMs: Date.parse(dueAt) }) }, work);
}
