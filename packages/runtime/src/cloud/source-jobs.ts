import { AppError } from '@aion/core';
import type { Host } from '@aion/jobs';
import { doRecordsJob, RECORDS_JOBS, type RecordsDone, type RecordsJob, type Sources } from '@aion/jobs/sources';
import { loadCalendar } from '@aion/market';
import { z } from 'zod';
import { scheduledJob } from './scheduled-job.ts';

export { BAR_JOBS, FEATURE_JOBS, RECORD_JOBS } from './source-job-names.ts';

const Event = z.looseObject({ job: z.enum(RECORDS_JOBS) });

/**
 * Does a job of the timetable about records, bars or features, which the schedule names in its event; once for its instant, as every
 * scheduled job.
 *
 * @param may the jobs that this function is there for: it has the rights for no other
 * @throws AppError(bad_input) for an event that names none of them.
 * @example await callSourceJob(host, RECORD_JOBS, () => openCloudSources(host, 'records'), { job: 'news' });
 */
export async function callSourceJob(
  host: Host,
  may: readonly RecordsJob[],
  openSources: () => Promise<Sources>,
  event: unknown,
): Promise<RecordsDone | { readonly skipped: string }> {
  const asked = Event.safeParse(event);
  if (!asked.success || !may.includes(asked.data.job))
    throw new AppError('bad_input', `expected an event with a job of ${may.join(', ')}; the schedule sends it`);
  const { job } = asked.data;
  return scheduledJob(host, job, event, async ({ market, dueMs }) => {
    const answer = await doRecordsJob(host, openSources, job, market, loadCalendar(market).dateAt(dueMs));
    return { answer, ...answer };
  });
}

/** For jobs that ask no source: their function may read no key. */
export const asksNone = (): Promise<Sources> =>
  Promise.reject(new AppError('missing_data', 'this function asks no source; `records` and `bars` do'));
