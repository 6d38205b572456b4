export type { BackfillProgress, BackfillReport } from './backfill.ts';
export { fetchActions, fetchDaily, fetchIntraday, todayAt } from './fetch-bars.ts';
export { fetchFlags, fetchRecords } from './fetch-records.ts';
export { quarantineFetched } from './quarantine-fetched.ts';
export { runBackfill } from './run-backfill.ts';
export * from './sources.ts';
export * from './store-fetched.ts';
