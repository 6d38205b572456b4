import { MINUTE_MS, type EpochMs, type Exchange } from '@aion/core';
import { loadCalendar } from '@aion/market';
import type { Host } from '../host.ts';
import { lastUpTo, nextAfter } from './beat.ts';
import { loadJobRecords, NEVER, type JobRecord } from './job-record.ts';
import { clockOfJob, JOB_NAMES, TIMETABLE, type JobClocks, type JobName, type TimetableEntry } from './timetable.ts';

/** How a job of the timetable stands. */
export interface JobStatus {
  readonly market: Exchange;
  readonly job: JobName;
  readonly title: string;
  /** `off`: this host does not do it, or its market's clock stands still. `overdue`: it should have ended well by now. */
  readonly state: JobRecord['outcome'] | 'overdue' | 'off';
  readonly succeededMs: EpochMs | null;
  readonly nextMs: EpochMs | null;
  readonly error: string | null;
  readonly failures: number;
  readonly figures: JobRecord['figures'];
}

/** Every job of a market as it stands now; `active` are those that this host does. */
export async function jobStatuses(
  host: Pick<Host, 'items'>,
  market: Exchange,
  active: ReadonlySet<JobName>,
  clocks: JobClocks,
): Promise<JobStatus[]> {
  const records = await loadJobRecords(host.items, market);
  const calendar = loadCalendar(market);
  return JOB_NAMES.map((job) => {
    const entry: TimetableEntry = TIMETABLE[job];
    const record = records.get(job) ?? NEVER;
    const { succeededMs, error, failures, figures } = record;
    const known = { market, job, title: entry.title, succeededMs, error, failures, figures };
    if (!active.has(job)) return { ...known, state: 'off', nextMs: null };
    const nowMs = clockOfJob(job, clocks).nowMs();
    const overdue = owedSince(entry, market, records.get(job), nowMs) !== null;
    const nextMs = nextAfter(entry.beat, calendar, nowMs);
    return { ...known, state: overdue ? 'overdue' : record.outcome, nextMs };
  });
}

/**
 * The instant for which a job should have ended well by now and has not; null where it owes nothing. A job that is new to the product
 * owes from then on, not what was before.
 */
export function owedSince(
  { beat, graceMinutes }: TimetableEntry,
  market: Exchange,
  record: JobRecord | undefined,
  nowMs: EpochMs,
): EpochMs | null {
  if (record === undefined) return null;
  const dueMs = lastUpTo(beat, loadCalendar(market), nowMs - graceMinutes * MINUTE_MS);
  if (dueMs === null || (record.succeededDueMs ?? 0) >= dueMs) return null;
  return record.outcome === 'never' && record.startedMs > dueMs ? null : dueMs;
}
