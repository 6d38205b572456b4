import { fromEpochDay, weekdayOf } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { makeFeatureEngine } from '../engine/index.ts';
import { randomBars, seriesOf } from '../../test/fixture-bars.ts';
import type { Series } from '../kernel/index.ts';
import { monthAndDay, weekdayFromMonday } from './civil-day.ts';
import { TIME_NODES } from './nodes.ts';

const engine = makeFeatureEngine(
  TIME_NODES,
  TIME_NODES.flatMap(({ columns }) => columns.map(({ name }) => name)),
);

describe('dates', () => {
  it('are those of the calendar, for two centuries', () => {
    for (let day = -20_000; day < 55_000; day += 7) {
      const date = fromEpochDay(day);
      expect(monthAndDay(day)).toBe(100 * Number(date.slice(5, 7)) + Number(date.slice(8, 10)));
      expect(weekdayFromMonday(day)).toBe((weekdayOf(date) + 6) % 7);
    }
  });
});

describe('time features', () => {
  it('say the day, the days without trading, and nothing of minutes on daily bars', () => {
    // Friday 27 October 2023, then Monday, then Sunday 12 November (Muhurat).
    const bars = seriesOf(randomBars('days', 3));
    const series: Series = { ...bars, sessionDay: Int32Array.of(19_657, 19_660, 19_673) };
    const values = engine.compute(series);
    expect([...values['day_of_week']!]).toEqual([4, 0, 6]);
    expect([...values['day_of_month']!]).toEqual([27, 30, 12]);
    expect([...values['month']!]).toEqual([10, 10, 11]);
    expect([...values['gap_days']!]).toEqual([Number.NaN, 3, 13]);
    expect([...values['first_bar_of_session']!]).toEqual([Number.NaN, 1, 1]);
    for (const name of ['hour_of_day', 'minute_of_hour', 'minute_of_session', 'session_sin']) {
      expect([...values[name]!]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
      expect(engine.absences(series, values, 2)[engine.columns.findIndex((column) => column.name === name)]).toBe(
        'undefined_value',
      );
    }
  });

  it('count minutes from the first bar of a session, once a session began in sight', () => {
    const values = engine.compute(seriesOf(randomBars('minutes', 9), 4));
    expect([...values['minute_of_session']!]).toEqual([NaN, NaN, NaN, NaN, 0, 1, 2, 3, 0]);
    expect([...values['first_bar_of_session']!]).toEqual([NaN, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect([...values['gap_days']!]).toEqual([NaN, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect([...values['hour_of_day']!.slice(0, 2)]).toEqual([9, 9]);
    expect([...values['minute_of_hour']!.slice(0, 2)]).toEqual([15, 16]);
    expect(values['session_sin']![5]).toBeCloseTo(Math.sin((2 * Math.PI) / 375), 12);
  });

  it('do not guess the opening behind a bad bar in the middle of a session', () => {
    const bars = seriesOf(randomBars('broken', 9), 4);
    bars.close[5] = Number.NaN;
    expect([...engine.compute(bars)['minute_of_session']!]).toEqual([NaN, NaN, NaN, NaN, 0, NaN, NaN, NaN, 0]);
  });
});
