export * from './beat.ts';
export * from './check-jobs.ts';
export * from './daily-times.ts';
export * from './job-record.ts';
export * from './job-status.ts';
export * from './run-job.ts';
export * from './timetable.ts';
