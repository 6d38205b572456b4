import type { MachineName } from './names.ts';

/** Functions that a schedule calls itself. */
export type CalledFunction = 'dead-man' | 'lake-care' | 'billing-reconcile';

/** When something starts, in the exchange's own time zone: daylight saving moves the schedule with the exchange. */
export interface ScheduleEntry {
  readonly name: string;
  readonly cron: string;
  readonly timeZone: 'Asia/Kolkata' | 'America/New_York';
  readonly target: MachineName | CalledFunction;
  readonly market: 'NSE' | 'US';
  readonly enabled: boolean;
}

const INDIA = { timeZone: 'Asia/Kolkata', market: 'NSE', enabled: true } as const;
/** The US market is not in the product yet: its schedules stand, switched off, and nothing fires. */
const US = { timeZone: 'America/New_York', market: 'US', enabled: false } as const;

/**
 * Every day of the week: the exchange also trades on some Saturdays and Sundays, and rests on some weekdays. The calendar
 * decides, in the control function, which skips what is no session. The lake is cared for every night, in one call for all markets.
 */
export const SCHEDULES: readonly ScheduleEntry[] = [
  { ...INDIA, name: 'daily', cron: '30 18 * * ? *', target: 'daily' },
  // Hourly bars close at 10:15 … 15:15, the closing auction at 15:35; each plus five minutes.
  { ...INDIA, name: 'hourly', cron: '20 10-15 * * ? *', target: 'hourly' },
  { ...INDIA, name: 'hourly-last', cron: '40 15 * * ? *', target: 'hourly' },
  { ...INDIA, name: 'post-market', cron: '40 15 * * ? *', target: 'post-market' },
  { ...INDIA, name: 'retrain', cron: '0 20 * * ? *', target: 'retrain' },
  { ...INDIA, name: 'billing', cron: '30 3 * * ? *', target: 'billing-reconcile' },
  { ...INDIA, name: 'dead-man', cron: '10 * * * ? *', target: 'dead-man' },
  { ...INDIA, name: 'lake-care', cron: '0 2 * * ? *', target: 'lake-care' },
  { ...US, name: 'us-daily', cron: '30 18 * * ? *', target: 'daily' },
  { ...US, name: 'us-hourly', cron: '35 10-15 * * ? *', target: 'hourly' },
  { ...US, name: 'us-hourly-last', cron: '5 16 * * ? *', target: 'hourly' },
  { ...US, name: 'us-post-market', cron: '5 16 * * ? *', target: 'post-market' },
];

/** What a schedule calls itself, without a machine. */
export const isFunction = (target: ScheduleEntry['target']): target is CalledFunction =>
  target === 'dead-man' || target === 'lake-care' || target === 'billing-reconcile';

export const scheduleInput = (entry: ScheduleEntry): string =>
  JSON.stringify(
    isFunction(entry.target)
      ? { triggeredBy: 'schedule' }
      : { kind: entry.target, triggeredBy: 'schedule', ...(entry.market === 'NSE' ? {} : { market: entry.market }) },
  );
