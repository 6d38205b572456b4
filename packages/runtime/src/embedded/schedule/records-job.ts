import type { SessionDate } from '@aion/core';
import { raiseCatalysts, workAlerts } from '@aion/jobs/alerts';
import { fetchBeforeSession, fetchHourlyOfSignals, fetchRecordsBySchedule, type RecordsDone } from '@aion/jobs/sources';
import type { Embedded } from '../compose-embedded.ts';
import type { RecordsJob } from '../lake-process/lake-job.ts';
import { openSources } from '../sources/open-sources.ts';

/** The kinds of records that each job asks for. */
const KINDS = {
  news: ['news'],
  social: ['social'],
  options: ['option_chain'],
  records: ['macro', 'rating', 'economic_event', 'insider_trade', 'fundamental'],
} as const;

/** Does one of the timetable's jobs about records, in the process that was started for it. */
export async function doRecordsJob(embedded: Embedded, job: RecordsJob, date: SessionDate): Promise<RecordsDone> {
  if (job === 'alerts') return doAlerts(embedded);
  const sources = await openSources(embedded);
  try {
    if (job === 'intraday') return await fetchHourlyOfSignals(embedded, sources, 'NSE', date);
    if (job === 'pre-market') return await fetchBeforeSession(embedded, sources, 'NSE', date);
    return await fetchRecordsBySchedule(embedded, sources, KINDS[job], 'NSE', date);
  } finally {
    await sources.save();
  }
}

async function doAlerts(embedded: Embedded): Promise<RecordsDone> {
  const { raised, appended } = await raiseCatalysts(embedded, 'NSE');
  const { requests, done, failed, deadLetters } = await workAlerts(embedded, 'NSE');
  return { figures: { raised, fresh: appended.length, requests, done, failed: failed.length, deadLetters } };
}
