import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromEpochDay, MINUTE_MS, toEpochDay, toIso } from '@aion/core';
import { loadCalendar, type ExchangeCalendar } from '@aion/market';
import { at, every, instantsOn, nextAfter, type Beat } from './beat.ts';
import { dailyTimesOf, isDue } from './daily-times.ts';
import { firingsOf, TIMETABLE } from './timetable.ts';

const NSE = loadCalendar('NSE');
const US = loadCalendar('US');
/** Instants of a date as the exchange's wall clock shows them. */
const clockTimes = (beat: Beat, calendar: ExchangeCalendar, date: string): string[] =>
  instantsOn(beat, calendar, date).map((ms) =>
    toIso(ms + calendar.utcOffsetMinutesOn(toEpochDay(date)) * MINUTE_MS).slice(11, 16),
  );

describe('the instants of a beat', () => {
  const { beat: hourly } = TIMETABLE.hourly;
  const { beat: postMarket } = TIMETABLE['post-market'];

  it.each([
    ['a regular session', NSE, '2026-02-27', ['10:20', '11:20', '12:20', '13:20', '14:20', '15:20', '15:35'], '15:35'],
    [
      'one with a closing auction',
      NSE,
      '2026-08-03',
      ['10:20', '11:20', '12:20', '13:20', '14:20', '15:20', '15:40'],
      '15:40',
    ],
    ['an evening of Muhurat', NSE, '2024-11-01', ['19:05'], '19:05'],
    ['New York in winter', US, '2026-02-27', ['10:35', '11:35', '12:35', '13:35', '14:35', '15:35', '16:05'], '16:05'],
    ['New York in summer', US, '2026-07-01', ['10:35', '11:35', '12:35', '13:35', '14:35', '15:35', '16:05'], '16:05'],
    ['half a day in New York', US, '2026-11-27', ['10:35', '11:35', '12:35', '13:05'], '13:05'],
  ] as const)('follow the calendar in %s', (_what, calendar, date, bars, close) => {
    expect(clockTimes(hourly, calendar, date)).toEqual(bars);
    expect(clockTimes(postMarket, calendar, date)).toEqual([close]);
    expect(clockTimes(TIMETABLE.daily.beat, calendar, date)).toEqual(['18:30']);
  });

  it('are none where the exchange rests, but for what goes by the day', () => {
    for (const date of ['2026-01-26', '2026-02-28', '2031-06-02']) {
      for (const name of ['hourly', 'post-market', 'daily'] as const)
        expect(instantsOn(TIMETABLE[name].beat, NSE, date), `${name} ${date}`).toEqual([]);
      expect(clockTimes(TIMETABLE['lake-care'].beat, NSE, date)).toEqual(['02:00']);
    }
    expect(clockTimes({ kind: 'minutes', days: 'all', minutes: [at('03:00')], weekday: 0 }, NSE, '2026-03-01')).toEqual(
      ['03:00'],
    );
    expect(clockTimes({ kind: 'minutes', days: 'all', minutes: [at('03:00')], weekday: 0 }, NSE, '2026-03-02')).toEqual(
      [],
    );
  });

  it('come every so often, both ends included', () => {
    expect(every(15, at('09:00'), at('09:50'))).toEqual([540, 555, 570, 585]);
  });
});

const beats = Object.values(TIMETABLE).flatMap((entry): Beat[] => [entry.beat, firingsOf(entry)]);
const calendars = [NSE, US];

describe('the next instant', () => {
  it('is the first one after, by looking at every minute', () => {
    let [found, acrossDays] = [0, 0];
    fc.assert(
      fc.property(
        fc.constantFrom(...beats),
        fc.constantFrom(...calendars),
        fc.integer({ min: toEpochDay('2024-01-01'), max: toEpochDay('2027-12-20') }),
        fc.integer({ min: 0, max: 1439 }),
        fc.integer({ min: 0, max: 59_999 }),
        (beat, calendar, day, minute, rest) => {
          const fromMs = (day * 1440 + minute) * MINUTE_MS + rest;
          const next = nextAfter(beat, calendar, fromMs);
          // By its definition: the first whole minute after it that is due.
          const horizon = 20 * 1440;
          let expected: number | null = null;
          for (
            let ms = fromMs - (fromMs % MINUTE_MS) + MINUTE_MS, turn = 0;
            turn < horizon && expected === null;
            ms += MINUTE_MS, turn++
          )
            if (isDue(beat, calendar, ms)) expected = ms;
          if (expected === null)
            return expect(next === null || next > fromMs + horizon * MINUTE_MS - MINUTE_MS).toBe(true);
          expect(next).toBe(expected);
          found++;
          if (calendar.dateAt(expected) !== calendar.dateAt(fromMs)) acrossDays++;
        },
      ),
      { numRuns: 150 },
    );
    expect(found).toBeGreaterThan(100);
    expect(acrossDays).toBeGreaterThan(20);
  });

  it('is none of a session behind the calendar, and goes on for what is due every day', () => {
    const behind = Date.parse('2031-06-02T00:00:00Z');
    expect(nextAfter(TIMETABLE.daily.beat, NSE, behind)).toBeNull();
    expect(nextAfter(TIMETABLE['lake-care'].beat, NSE, behind)).toBe(Date.parse('2031-06-02T20:30:00Z'));
  });
});

describe('the firings of one machine', () => {
  it('are the beat, and of a job that waits every quarter of an hour after it', () => {
    const firings = clockTimes(firingsOf(TIMETABLE.daily), NSE, '2026-02-27');
    expect(firings.slice(0, 3)).toEqual(['18:30', '18:45', '19:00']);
    expect(firings.at(-1)).toBe('23:45');
    expect(firings).toHaveLength(22);
    expect(firingsOf(TIMETABLE['post-market'])).toBe(TIMETABLE['post-market'].beat);
  });
});

describe('times of day for a timer without a calendar', () => {
  it('hold every instant of a beat, and their other firings are not due', () => {
    let [due, notDue] = [0, 0];
    for (const calendar of calendars)
      for (const beat of beats) {
        const times = dailyTimesOf(beat, calendar, '2026-08-03');
        for (let day = toEpochDay('2026-08-03'); day <= toEpochDay('2027-01-31'); day++) {
          const date = fromEpochDay(day);
          const offset = calendar.utcOffsetMinutesOn(day);
          const fired = times
            .flatMap(({ minute, hours }) => hours.map((hour) => (day * 1440 + hour * 60 + minute - offset) * MINUTE_MS))
            .sort((a, b) => a - b);
          const counted = fired.filter((ms) => isDue(beat, calendar, ms));
          expect(counted).toEqual(instantsOn(beat, calendar, date));
          due += counted.length;
          notDue += fired.length - counted.length;
        }
      }
    expect(due).toBeGreaterThan(10_000);
    expect(notDue).toBeGreaterThan(1000);
  });
});
