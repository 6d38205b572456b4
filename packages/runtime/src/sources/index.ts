export { type BackfillProgress, type BackfillReport } from './backfill.ts';
export * from './compose-sources.ts';
export * from './describe-source.ts';
export { fetchActions, fetchDaily, fetchIntraday, todayAt } from './fetch-bars.ts';
export { fetchFlags, fetchRecords } from './fetch-records.ts';
export { importRecordFile } from './import-record-file.ts';
export * from './open-sources.ts';
export * from './run-backfill.ts';
export * from './store-fetched.ts';
