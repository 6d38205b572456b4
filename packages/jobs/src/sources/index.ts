export type { BackfillProgress, BackfillReport } from './backfill.ts';
export { todayAt } from './fetch-bars.ts';
export * from './fetch-bars-of.ts';
export { fetchFlags, fetchRecords } from './fetch-records.ts';
export type { RecordsDone } from './records-by-schedule.ts';
export * from './records-job.ts';
export { runBackfill } from './run-backfill.ts';
export * from './sources.ts';
