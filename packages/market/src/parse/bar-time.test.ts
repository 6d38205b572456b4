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

describe('the names of months', () => {
  it.each([
    '15-Jan-2024',
    '15-JAN-2024',
    '15 Jan 2024',
    '15/jan/2024',
    '15Jan2024',
    '15 January 2024',
    '15-Jan-2024 00:00',
    '15th January, 2024',
    'Jan 15, 2024',
    'Jan 15 2024',
    'January 15, 2024',
    'Jan-15-2024',
    'Jan. 15, 2024',
    '2024-Jan-15',
    '2024 January 15',
    'Mon, 15 Jan 2024',
    'Monday 15 January 2024',
    '2024-1-15',
    '2024/01/15',
    '2024.1.15',
  ])('%j has one reading in every market', (text) => {
    for (const market of ['NSE', 'US']) expect(read(market, text)).toMatchObject({ dates: ['2024-01-15'], notes: [] });
  });

  it('go with a time', () => {
    for (const text of [
      '15-Jan-2024 09:15',
      '15 Jan 2024 9:15 AM',
      'Jan 15, 2024 09:15:00',
      '15-Jan-2024T09:15:00+05:30',
      '2024-1-15 09:15',
    ])
      expect([text, read('NSE', text).dates, read('NSE', text).minutes]).toEqual([text, ['2024-01-15'], [555]]);
    expect(read('NSE', '2024-01-15 03:45 UTC').minutes).toEqual([555]);
  });

  it.each([
    '15-Jax-2024',
    '31-Feb-2024',
    '15-Jan-24',
    'Jan 2024',
    '15-Ja-2024',
    'Janu 15, 2024',
    '15-Sepx-2024',
    'Jan 15',
    '2024-1/15',
  ])('%j has none', (text) => expect(read('NSE', text).dates).toEqual([undefined]));
});

describe('what goes into the lake', () => {
  const lake = (...texts: string[]): (string | undefined)[] => {
    const cells = texts.map((text, i) => ({ line: i + 2, text }));
    const times = makeBarTimes(cells, loadCalendar('NSE'), 'unread');
    return texts.map((text) => {
      const time = times.parse(text);
      return time === undefined ? undefined : fromEpochDay(time.sessionDay);
    });
  };

  it('has one reading: an order that a date of the file proves, and none by custom', () => {
    expect(lake('03/04/2024', '31/01/2024')).toEqual(['2024-04-03', '2024-01-31']);
    expect(lake('03/04/2024', '01/31/2024')).toEqual(['2024-03-04', '2024-01-31']);
    expect(lake('03/04/2024', '04/04/2024', '15-Jan-2024')).toEqual([undefined, '2024-04-04', '2024-01-15']);
    // Two ways of writing in one column prove nothing for each other.
    expect(lake('03/04/2024', '31/01/2024', '2024-01-15')).toEqual([undefined, undefined, '2024-01-15']);
  });
});
