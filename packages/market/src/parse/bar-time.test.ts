import { describe, expect, it } from 'vitest';
import { fromEpochDay } from '@aion/core';
import { loadCalendar } from '../calendar.ts';
import { makeBarTimes } from './bar-time.ts';

const read = (market: string, ...texts: string[]) => {
  const times = makeBarTimes(
    texts.map((text, i) => ({ line: i + 2, text })),
    loadCalendar(market),
  );
  const dates = texts.map((text) => {
    const time = times.parse(text);
    return time === undefined ? undefined : fromEpochDay(time.sessionDay);
  });
  return { dates, notes: times.notes, minutes: texts.map((text) => times.parse(text)?.minute) };
};

describe('dates in numbers', () => {
  it('have the part first that a day above 12 proves, whatever the market', () => {
    const monthFirst = read('NSE', '03/04/2026', '02/27/2026');
    expect(monthFirst).toMatchObject({ dates: ['2026-03-04', '2026-02-27'], notes: [] });
    const dayFirst = read('US', '03-04-2026', '27-02-2026');
    expect(dayFirst).toMatchObject({ dates: ['2026-04-03', '2026-02-27'], notes: [] });
  });

  it('follow the custom of the market where nothing proves it, and say so', () => {
    const us = read('US', '3/4/2026', '03/05/2026');
    expect(us.dates).toEqual(['2026-03-04', '2026-03-05']);
    expect(us.notes).toEqual([expect.stringContaining('"3/4/2026" is read with the month first')]);
    const nse = read('NSE', '03/04/2026');
    expect(nse.dates).toEqual(['2026-04-03']);
    expect(nse.notes).toEqual([expect.stringContaining('with the day first, as is the custom of NSE')]);
    expect(read('US', '04/04/2026', '2026-03-04', '04-Mar-2026').notes).toEqual([]);
  });

  it('are refused with their lines where they contradict each other', () => {
    expect(() => read('NSE', '01/02/2026', '27/02/2026', '02/27/2026')).toThrow(
      '"27/02/2026" on line 3 has the day first, "02/27/2026" on line 4 the month',
    );
  });
});

describe('instants', () => {
  it('that are all midnight UTC are dates, west of Greenwich too', () => {
    const zoned = read('US', '2026-02-26T00:00:00Z', '2026-02-27T00:00:00+00:00');
    expect(zoned.dates).toEqual(['2026-02-26', '2026-02-27']);
    expect(zoned.minutes).toEqual([null, null]);
    expect(zoned.notes).toEqual([expect.stringContaining('midnight UTC')]);
    const day = Date.parse('2026-02-27T00:00:00Z');
    expect(read('US', String(day), String(day / 1000)).dates).toEqual(['2026-02-27', '2026-02-27']);
  });

  it('are shown on the clock of the exchange where one of them is no midnight', () => {
    const mixed = read('US', '2026-02-27T00:00:00Z', '2026-02-27T14:30:00Z');
    expect(mixed).toMatchObject({ dates: ['2026-02-26', '2026-02-27'], minutes: [1140, 570], notes: [] });
  });
});

describe('clock times', () => {
  it('are read with one digit or two, with seconds, in halves of the day', () => {
    const texts = ['27-02-2026 9:15', '2026-02-27 091500', '02/27/2026 9:15 AM', '2026-02-27 12:15 pm'];
    for (const [i, text] of texts.entries()) expect(read('NSE', text).minutes).toEqual([i === 3 ? 735 : 555]);
  });

  it('that no clock shows are none', () => {
    for (const text of ['2026-02-27 24:00', '2026-02-27 9:60', '2026-02-27 13:00 PM', '2026-02-30', 'yesterday'])
      expect(read('NSE', text).dates).toEqual([undefined]);
  });
});
