import { jobsThat, type JobName } from '@aion/jobs/timetable';

/** Jobs that keep a record of their own here. Runs are machines, whose failures and silence have alarms. */
export const CLOUD_JOBS: readonly JobName[] = jobsThat('upkeep', 'records', 'bars', 'derived');
