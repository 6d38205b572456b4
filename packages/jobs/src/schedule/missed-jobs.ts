import type { EpochMs, Exchange } from '@aion/core';
import { loadCalendar } from '@aion/market';
import type { Host } from '../host.ts';
import { clockOfJob, lastUpTo, loadJobRecords, TIMETABLE, type JobClocks, type JobName } from '../timetable/index.ts';

/**
 * The jobs that came due since they were last begun, as after a machine was off, the longest overdue first. Not among them are the daily
 * run, which is caught up by its sessions, and a refinement of another day, which is refused: its bars say nothing of now.
 */
export async function missedJobs(
  host: Pick<Host, 'items'>,
  exchange: Exchange,
  active: readonly JobName[],
  clocks: JobClocks,
): Promise<JobName[]> {
  const records = await loadJobRecords(host.items, exchange);
  const calendar = loadCalendar(exchange);
  const found = active.flatMap((name): { name: JobName; dueMs: EpochMs }[] => {
    const record = records.get(name);
    const nowMs = clockOfJob(name, clocks).nowMs();
    const dueMs = lastUpTo(TIMETABLE[name].beat, calendar, nowMs);
    if (record === undefined || dueMs === null || name === 'daily') return [];
    if (name === 'hourly' && calendar.dateAt(dueMs) !== calendar.dateAt(nowMs)) return [];
    const began = record.outcome === 'never' ? record.startedMs : record.dueMs;
    // What failed, or was cut off with its process, is begun again; one that is still under way elsewhere is left alone.
    const isOpen = dueMs === record.dueMs && record.outcome !== 'done';
    return dueMs > began || isOpen ? [{ name, dueMs }] : [];
  });
  return found.sort((a, b) => a.dueMs - b.dueMs).map(({ name }) => name);
}
