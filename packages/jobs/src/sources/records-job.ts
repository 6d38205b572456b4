import type { Exchange, SessionDate } from '@aion/core';
import { noteWhyNow } from '../alerts/note-why-now.ts';
import { raiseCatalysts, workAlerts } from '../alerts/work-alerts.ts';
import { loadCalendar } from '@aion/market';
import { keepFeatures } from '../features/keep-features.ts';
import type { Host } from '../host.ts';
import { clockOf } from '../market-profile.ts';
import { sessionAt } from '../runs/session.ts';
import { jobsThat, type JobThat } from '../timetable/index.ts';
import { fetchHourlyOfSignals } from './hourly-of-signals.ts';
import { fetchBeforeSession, fetchRecordsBySchedule, type RecordsDone } from './records-by-schedule.ts';
import { bringSessionBars } from './session-bars.ts';
import type { Sources } from './sources.ts';

/** Jobs of the timetable that ask sources, or make something of what they gave, beside the runs. */
export type RecordsJob = JobThat<'records' | 'bars' | 'derived'>;
export const RECORDS_JOBS: readonly RecordsJob[] = jobsThat('records', 'bars', 'derived');

/** The kinds of records that each job asks for. */
const KINDS = {
  news: ['news'],
  social: ['social'],
  options: ['option_chain'],
  records: ['macro', 'rating', 'economic_event', 'insider_trade', 'fundamental'],
} as const;

/**
 * Does one of the timetable's jobs about records, for the date on which it is due. What its sources learned of themselves is kept, however
 * it ends; alerts and features ask none.
 *
 * @throws AppError(unavailable) as the job does.
 * @example const { figures } = await doRecordsJob(host, () => openSources(host), 'news', 'NSE', '2026-02-27');
 */
export async function doRecordsJob(
  host: Host,
  openSources: () => Promise<Sources>,
  job: RecordsJob,
  exchange: Exchange,
  date: SessionDate,
): Promise<RecordsDone> {
  if (job === 'alerts') return doAlerts(host, exchange);
  if (job === 'features') return keepFeatures(host, exchange, date);
  const sources = await openSources();
  try {
    if (job === 'session-bars') return await bringSessionBars(host, sources, exchange, date);
    if (job === 'intraday') return await fetchHourlyOfSignals(host, sources, exchange, date);
    if (job === 'pre-market') return await fetchBeforeSession(host, sources, exchange, date);
    return await fetchRecordsBySchedule(host, sources, KINDS[job], exchange, date);
  } finally {
    await sources.save();
  }
}

async function doAlerts(host: Host, exchange: Exchange): Promise<RecordsDone> {
  const { raised, appended } = await raiseCatalysts(host, exchange);
  const { requests, done, failed, deadLetters } = await workAlerts(host, exchange);
  const nowMs = clockOf(await host.profile(), host.clock).nowMs();
  const whyNow = await noteWhyNow(host, exchange, sessionAt(loadCalendar(exchange), nowMs), nowMs);
  return {
    figures: {
      raised,
      fresh: appended.length,
      whyNow: whyNow.changed,
      requests,
      done,
      failed: failed.length,
      deadLetters,
    },
  };
}
