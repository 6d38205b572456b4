import { AppError } from '@aion/core';
import type { Host } from '@aion/jobs';
import { doRecordsJob, RECORDS_JOBS, type RecordsDone, type Sources } from '@aion/jobs/sources';
import { doesOf, jobsThat } from '@aion/jobs/timetable';
import { loadCalendar } from '@aion/market';
import { z } from 'zod';
import { scheduledJob } from './scheduled-job.ts';

const Event = z.looseObject({ job: z.enum(RECORDS_JOBS) });

/**
 * Does a job of the timetable about records, bars or features, which the schedule names in its event; once for its instant, as every
 * scheduled job.
 *
 * @param kind of the jobs that this function is there for: it has the rights for no other
 * @throws AppError(bad_input) for an event that names none of them.
 * @example await callSourceJob(host, 'records', () => openCloudSources(host, 'records'), { job: 'news' });
 */
export async function callSourceJob(
  host: Host,
  kind: 'records' | 'bars' | 'derived',
  openSources: () => Promise<Sources>,
  event: unknown,
): Promise<RecordsDone | { readonly skipped: string }> {
  const asked = Event.safeParse(event);
  if (!asked.success || !doesOf(asked.data.job, kind)) {
    const may = jobsThat(kind).join(', ');
    throw new AppError('bad_input', `expected an event with a job of ${may}; the schedule sends it`);
  }
  const { job } = asked.data;
  return scheduledJob(host, job, event, async ({ market, dueMs }) => {
    const answer = await doRecordsJob(host, openSources, job, market, loadCalendar(market).dateAt(dueMs));
    return { answer, ...answer };
  });
}

/** For jobs that ask no source: their function may read no key. */
export const asksNone = (): Promise<Sources> =>
  Promise.reject(new AppError('missing_data', 'this function asks no source; `records` and `bars` do'));
