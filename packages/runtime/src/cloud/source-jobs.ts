import { AppError, isAppError, type EpochMs } from '@aion/core';
import type { Host } from '@aion/jobs';
import { doRecordsJob, RECORDS_JOBS, type RecordsDone, type RecordsJob, type Sources } from '@aion/jobs/sources';
import { loadCalendar } from '@aion/market';
import { z } from 'zod';
import type { SourceOverrides } from '../sources/compose-sources.ts';
import { parseSourceKeys } from '../sources/source-keys.ts';
import type { Cloud } from './compose-cloud.ts';
import { cloudSecret } from './functions.ts';
import { scheduledJob } from './scheduled-job.ts';

export { BAR_JOBS, RECORD_JOBS } from './source-job-names.ts';

const Event = z.looseObject({ job: z.enum(RECORDS_JOBS) });

/**
 * Does a job of the timetable that asks sources, which the schedule names in its event; once for its instant, as every scheduled job.
 *
 * @param may the jobs that this function is there for: it has the rights for no other
 * @throws AppError(bad_input) for an event that names none of them.
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
  return scheduledJob(host, job, event, async (dueMs: EpochMs) => {
    const answer = await doRecordsJob(host, openSources, job, 'NSE', loadCalendar('NSE').dateAt(dueMs));
    return { answer, ...answer };
  });
}

/** The sources of a stage, with the keys of its secret `source-keys`; without it those that need a key are off. */
export async function openCloudSources(host: Cloud, overrides: SourceOverrides = {}): Promise<Sources> {
  const { items, clock, telemetry, config } = host;
  const { composeSources } = await import('../sources/compose-sources.ts');
  return composeSources({ items, clock, telemetry, policy: config.sources, keys: await keysOf(host) }, overrides);
}

async function keysOf(host: Cloud): ReturnType<typeof loadKeys> {
  try {
    return await loadKeys(host);
  } catch (error) {
    if (!isAppError(error, 'missing_data')) throw error;
    host.telemetry.log('warn', 'sources that need a key are off', { why: error.message });
    return {};
  }
}

const loadKeys = async ({ environment }: Cloud) =>
  parseSourceKeys(await cloudSecret(environment, 'source-keys'), `${environment.AION_SECRETS_PATH}/source-keys`);
