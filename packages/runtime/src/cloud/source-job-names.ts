import type { RecordsJob } from '@aion/jobs/sources';

/** Jobs that ask sources for records and for lists: they need no reader of bars. */
export const RECORD_JOBS = [
  'pre-market',
  'news',
  'social',
  'options',
  'records',
] as const satisfies readonly RecordsJob[];
/** Jobs that bring bars into the lake. */
export const BAR_JOBS = ['session-bars', 'intraday'] as const satisfies readonly RecordsJob[];
/** Jobs that ask no source, and make something of what is stored. */
export const FEATURE_JOBS = ['alerts', 'features'] as const satisfies readonly RecordsJob[];
