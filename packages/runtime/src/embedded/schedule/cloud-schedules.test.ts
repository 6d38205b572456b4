import { Cron } from 'croner';
import { describe, expect, it } from 'vitest';
import { DAY_MS, fromEpochDay, toEpochDay } from '@aion/core';
import {
  firingsOf as jobFirings,
  instantsOn,
  isDue,
  JOB_NAMES,
  TIMETABLE,
  type Beat,
  type JobName,
} from '@aion/jobs/timetable';
import { loadCalendar, type ExchangeCalendar } from '@aion/market';
import { isFunction, scheduleInput, SCHEDULES, type ScheduleEntry } from '../../../../../infra/schedule-plan.ts';

/** Through a closing auction's first days, both changes of New York's clock, Muhurat, half days and the turn of the year. */
const [FROM, TO] = ['2026-08-03', '2027-04-30'];

/** Jobs that the cloud does not do yet: a job that it gains leaves this list. */
const NOT_HERE: ReadonlySet<JobName> = new Set(['alerts', 'features']);

/** Every instant at which EventBridge would fire, by a library of its own reading of the expression. */
function firingsOf({ cron, timeZone }: ScheduleEntry): number[] {
  const [minute, hours] = cron.split(' ');
  const timer = new Cron(`0 ${minute} ${hours} * * *`, { timezone: timeZone, paused: true });
  const endMs = Date.parse(TO) + 2 * DAY_MS;
  const instants: number[] = [];
  for (
    let next = timer.nextRun(new Date(Date.parse(FROM) - 2 * DAY_MS));
    next !== null && next.getTime() < endMs;
    next = timer.nextRun(next)
  )
    instants.push(next.getTime());
  return instants;
}

/** A machine waits by itself; a function is called at every firing. */
const beatOf = (job: JobName): Beat =>
  SCHEDULES.some((entry) => entry.job === job && isFunction(entry.target))
    ? jobFirings(TIMETABLE[job])
    : TIMETABLE[job].beat;

const daysOf = (calendar: ExchangeCalendar, job: JobName): number[] =>
  Array.from({ length: toEpochDay(TO) - toEpochDay(FROM) + 1 }, (_, index) =>
    fromEpochDay(toEpochDay(FROM) + index),
  ).flatMap((date) => instantsOn(beatOf(job), calendar, date));

describe('the schedules of the cloud', () => {
  it.each(['NSE', 'US'] as const)(
    'fire at the instants of the timetable, and at no other that counts (%s)',
    (market) => {
      const calendar = loadCalendar(market);
      let examined = 0;
      for (const job of JOB_NAMES.filter((name) => TIMETABLE[name].scope === 'market' || market === 'NSE')) {
        const entries = SCHEDULES.filter((entry) => entry.job === job && entry.market === market);
        if (NOT_HERE.has(job)) {
          expect(entries, job).toEqual([]);
          continue;
        }
        const expected = daysOf(calendar, job);
        const due = entries
          .flatMap(firingsOf)
          .filter((ms) => isDue(beatOf(job), calendar, ms))
          .filter((ms) => calendar.dateAt(ms) >= FROM && calendar.dateAt(ms) <= TO)
          .sort((a, b) => a - b);
        expect(due, job).toEqual(expected);
        examined += due.length;
      }
      expect(examined).toBeGreaterThan(market === 'NSE' ? 8000 : 1500);
    },
  );

  it('each have a name of their own, and hand a machine the instant of their firing', () => {
    expect(new Set(SCHEDULES.map(({ name }) => name)).size).toBe(SCHEDULES.length);
    for (const entry of SCHEDULES.filter(({ target }) => target === 'daily' || target === 'hourly'))
      expect(JSON.parse(scheduleInput(entry))).toMatchObject({
        kind: entry.target,
        dueAt: '<aws.scheduler.scheduled-time>',
      });
  });
});
