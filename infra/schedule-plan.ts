import { dailyTimesOf, firingsOf, JOB_NAMES, TIMETABLE, type DailyTimes, type JobName } from '@aion/jobs/timetable';
import { loadCalendar } from '@aion/market';
import type { Exchange } from '@aion/core';
import type { MachineName } from './names.ts';

/** Functions that a schedule calls itself. */
export const CALLED_FUNCTIONS = ['dead-man', 'lake-care', 'billing-reconcile', 'records', 'bars', 'features'] as const;
export type CalledFunction = (typeof CALLED_FUNCTIONS)[number];

/** When something starts, in the exchange's own time zone: daylight saving moves the schedule with the exchange. */
export interface ScheduleEntry {
  readonly name: string;
  readonly job: JobName;
  readonly cron: string;
  readonly timeZone: string;
  readonly target: MachineName | CalledFunction;
  readonly market: Exchange;
  readonly enabled: boolean;
}

/** What each job of the timetable starts here. */
const TARGETS: Readonly<Record<JobName, MachineName | CalledFunction>> = {
  'pre-market': 'records',
  'session-bars': 'bars',
  intraday: 'bars',
  news: 'records',
  social: 'records',
  options: 'records',
  records: 'records',
  alerts: 'features',
  features: 'features',
  daily: 'daily',
  hourly: 'hourly',
  'post-market': 'post-market',
  retrain: 'retrain',
  billing: 'billing-reconcile',
  'dead-man': 'dead-man',
  'lake-care': 'lake-care',
};

/** Since when NSE has its closing auction: schedules need not know the closes of before. */
const SINCE = '2026-08-03';

/** The US market is not in the product yet: its schedules stand, switched off, and nothing fires. */
const MARKETS: readonly { readonly market: Exchange; readonly prefix: string; readonly enabled: boolean }[] = [
  { market: 'NSE', prefix: '', enabled: true },
  { market: 'US', prefix: 'us-', enabled: false },
];

/**
 * The timetable as crons that fire on every day of the week: the exchange also trades on some Saturdays and Sundays, rests on some
 * weekdays, and closes earlier on others. The calendar decides, in the control function, which skips what is not due. What is of the
 * product, and of no market, goes by India's clock once.
 */
export const SCHEDULES: readonly ScheduleEntry[] = MARKETS.flatMap(({ market, prefix, enabled }) =>
  JOB_NAMES.filter((job) => TIMETABLE[job].scope === 'market' || market === 'NSE').flatMap((job): ScheduleEntry[] => {
    const target = TARGETS[job];
    const calendar = loadCalendar(market);
    // A machine does its waiting itself; a function is called again for what it waits for.
    const times = dailyTimesOf(isFunction(target) ? firingsOf(TIMETABLE[job]) : TIMETABLE[job].beat, calendar, SINCE);
    return times.map((daily, place) => ({
      ...{ job, market, enabled, target, timeZone: calendar.timeZone },
      // The times of a job that has several are told apart by their minute.
      name: `${prefix}${job}${place === 0 ? '' : `-${String(daily.minute).padStart(2, '0')}`}`,
      cron: cronOf(daily),
    }));
  }),
);

/** EventBridge's form, in which 1 is a Sunday. */
function cronOf({ minute, hours, weekday }: DailyTimes): string {
  const days = weekday === undefined ? '* * ? *' : `? * ${weekday + 1} *`;
  return `${minute} ${hoursText(hours)} ${days}`;
}

/** @example hoursText([10, 11, 12, 19]) // '10-12,19' */
function hoursText(hours: readonly number[]): string {
  if (hours.length === 24) return '*';
  const ranges: [first: number, last: number][] = [];
  for (const hour of hours) {
    const range = ranges.at(-1);
    if (range?.[1] === hour - 1) range[1] = hour;
    else ranges.push([hour, hour]);
  }
  return ranges.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(',');
}

/** What a schedule calls itself, without a machine. */
export function isFunction(target: ScheduleEntry['target']): target is CalledFunction {
  return (CALLED_FUNCTIONS as readonly string[]).includes(target);
}

/** EventBridge puts the instant of the firing in its place, however late it comes. */
const DUE_AT = '<aws.scheduler.scheduled-time>';

export const scheduleInput = (entry: ScheduleEntry): string =>
  JSON.stringify({
    ...(isFunction(entry.target) ? { job: entry.job } : { kind: entry.target }),
    ...{ triggeredBy: 'schedule', dueAt: DUE_AT },
    ...(entry.market === 'NSE' ? {} : { market: entry.market }),
  });
