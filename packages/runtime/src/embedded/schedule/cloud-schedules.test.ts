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

/** A closing auction's first days; the end of New York's summer, Muhurat and a half day; the turn of the year; New York's spring. */
const STRETCHES = [
  ['2026-08-03', '2026-08-14'],
  ['2026-10-26', '2026-11-30'],
  ['2026-12-21', '2027-01-08'],
  ['2027-03-08', '2027-03-26'],
] as const;

/** Every instant at which EventBridge would fire, by a library of its own reading of the expression. */
function firingsOf({ cron, timeZone }: ScheduleEntry): number[] {
  const [minute, hours] = cron.split(' ');
  const timer = new Cron(`0 ${minute} ${hours} * * *`, { timezone: timeZone, paused: true });
  const instants: number[] = [];
  for (const [from, to] of STRETCHES) {
    const endMs = Date.parse(to) + 2 * DAY_MS;
    let next = timer.nextRun(new Date(Date.parse(from) - 2 * DAY_MS));
    for (; next !== null && next.getTime() < endMs; next = timer.nextRun(next)) instants.push(next.getTime());
  }
  return instants;
}

/** A machine waits by itself; a function is called at every firing. */
const beatOf = (job: JobName): Beat =>
  SCHEDULES.some((entry) => entry.job === job && isFunction(entry.target))
    ? jobFirings(TIMETABLE[job])
    : TIMETABLE[job].beat;

const isWithin = (date: string): boolean => STRETCHES.some(([from, to]) => from <= date && date <= to);

const daysOf = (calendar: ExchangeCalendar, job: JobName): number[] =>
  STRETCHES.flatMap(([from, to]) =>
    Array.from({ length: toEpochDay(to) - toEpochDay(from) + 1 }, (_, index) => fromEpochDay(toEpochDay(from) + index)),
  ).flatMap((date) => instantsOn(beatOf(job), calendar, date));

describe('the schedules of the cloud', () => {
  it.each(['NSE', 'US'] as const)(
    'fire at the instants of the timetable, and at no other that counts (%s)',
    (market) => {
      const calendar = loadCalendar(market);
      let examined = 0;
      for (const job of JOB_NAMES.filter((name) => TIMETABLE[name].scope === 'market' || market === 'NSE')) {
        const entries = SCHEDULES.filter((entry) => entry.job === job && entry.market === market);
        const expected = daysOf(calendar, job);
        const due = entries
          .flatMap(firingsOf)
          .filter((ms) => isDue(beatOf(job), calendar, ms))
          .filter((ms) => isWithin(calendar.dateAt(ms)))
          .sort((a, b) => a - b);
        expect(due, job).toEqual(expected);
        examined += due.length;
      }
      expect(examined).toBeGreaterThan(market === 'NSE' ? 8000 : 3000);
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

  it('tell whoever they start of which market they are, and a function which of its jobs it is to do', () => {
    let told = 0;
    for (const entry of SCHEDULES) {
      const input = JSON.parse(scheduleInput(entry)) as Record<string, unknown>;
      expect({ name: entry.name, market: input['market'] ?? 'NSE' }).toEqual({
        name: entry.name,
        market: entry.market,
      });
      if (isFunction(entry.target)) expect(input['job']).toBe(entry.job);
      if (input['market'] === 'US') told++;
    }
    expect(told).toBeGreaterThan(10);
  });
});
