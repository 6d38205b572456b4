import { describe, expect, it } from 'vitest';
import { bars, clockOf, imported } from '../../test/intraday-file.ts';
import { readManifest } from '../lake/manifest.ts';
import { readTable } from '../lake/read.ts';
import type { ImportOptions } from './import-files.ts';

const AUCTION_DAY = '2026-08-03';
const series = { 1: 'minute', 5: 'five-minute', 60: 'hourly' } as const;

/** The times that are stored, by their share, or why none are. */
async function stored(lines: readonly string[], step: keyof typeof series, options: ImportOptions = {}) {
  const { ports, file } = await imported(lines, 'NSE', options);
  if (file.status !== 'imported') return file.code;
  const table = await readTable(ports, await readManifest(ports, 'NSE', series[step]));
  return Array.from(table.openMinute!, clockOf);
}
const edges = async (...args: Parameters<typeof stored>) => {
  const times = await stored(...args);
  return Array.isArray(times) ? [times[0], times.at(-1), times.length] : times;
};
const row = (date: string, clock: string, price = 101): string =>
  `ABC,${date} ${clock},${price},${price},${price},${price},10`;
const hours = (date: string, ...clocks: string[]): string[] =>
  clocks.map((clock) => `ABC,${date} ${clock},100,102,98,101,10`);

describe('bars that are stamped when they end, on a day with the closing auction,', () => {
  it.each([1, 5] as const)(
    'of %i minutes and a share without its print are stored by when they opened',
    async (step) => {
      const lines = bars(AUCTION_DAY, clockOf(555 + step), '15:16', { step });
      expect(await edges(lines, step)).toEqual(['09:15', clockOf(915 - step), 360 / step]);
    },
  );

  it.each([
    ['15:35', '15:34'],
    ['15:31', '15:30'],
    ['15:20', '15:19'],
  ])('and of a share with its print at %s too', async (stamp, opened) => {
    const lines = [...bars(AUCTION_DAY, '09:16', '15:16'), row(AUCTION_DAY, stamp)];
    expect(await edges(lines, 1)).toEqual(['09:15', opened, 361]);
  });

  it('and of a share without derivatives', async () => {
    expect(await edges(bars(AUCTION_DAY, '09:16', '15:31'), 1)).toEqual(['09:15', '15:29', 375]);
    expect(await edges(bars(AUCTION_DAY, '09:20', '15:31', { step: 5 }), 5)).toEqual(['09:15', '15:25', 75]);
  });

  it('of several days and shares are one decision', async () => {
    const lines = ['2026-07-31', AUCTION_DAY].flatMap((date) =>
      ['ABC', 'XYZ'].flatMap((symbol) => bars(date, '09:16', date === AUCTION_DAY ? '15:16' : '15:31', { symbol })),
    );
    expect(await edges(lines, 1)).toEqual(['09:15', '15:14', 1470]);
  });

  it('whose last bar has one price may be opening times with a print: that is asked, and taken as stated', async () => {
    const lines = [...bars(AUCTION_DAY, '09:16', '15:15'), row(AUCTION_DAY, '15:15')];
    const { file } = await imported(lines);
    expect(file).toMatchObject({
      status: 'refused',
      code: 'unclear_stamps',
      why: expect.stringMatching(/--stamps start FILE/),
    });
    expect(await edges(lines, 1, { stamps: 'end' })).toEqual(['09:15', '15:14', 360]);
    expect(await edges(lines, 1, { stamps: 'start' })).toEqual(['09:16', '15:15', 360]);
  });
});

describe('bars that are stamped when they open, on a day with the closing auction,', () => {
  it.each([
    ['with the print', ['09:15', '15:15'], '15:32'],
    ['with a print at its begin', ['09:15', '15:15'], '15:15'],
    ['with a print, of a feed that began late', ['09:31', '15:15'], '15:15'],
    ['with the print, of a feed that began late', ['09:31', '15:15'], '15:30'],
    ['without a first bar', ['09:16', '15:15'], undefined],
    ['without derivatives', ['09:15', '15:30'], undefined],
    ['without derivatives and a first bar', ['09:16', '15:30'], undefined],
  ])('stay as they are: %s', async (_what, [from, to], print) => {
    const lines = [...bars(AUCTION_DAY, from!, to!), ...(print === undefined ? [] : [row(AUCTION_DAY, print)])];
    const times = await stored(lines, 1);
    expect([times![0], times!.at(-1)]).toEqual([
      from,
      print ?? clockOf(Number(to!.slice(0, 2)) * 60 + Number(to!.slice(3)) - 1),
    ]);
  });
});

describe('hours that are stamped when they end', () => {
  const whole = ['10:15', '11:15', '12:15', '13:15', '14:15', '15:15'];
  const opened = ['09:15', '10:15', '11:15', '12:15', '13:15', '14:15', '15:15'];

  it.each([
    ['2026-07-31', '15:30'],
    ['2026-07-31', '16:15'],
    [AUCTION_DAY, '15:30'],
    [AUCTION_DAY, '15:35'],
    [AUCTION_DAY, '16:15'],
  ])('on %s, the last at %s, are stored by when they opened', async (date, last) => {
    expect(await stored(hours(date, ...whole, last), 60)).toEqual(opened);
    // A bar of a share that traded rarely is missing before it.
    expect(await stored(hours(date, '10:15', '11:15', '12:15', last), 60)).toEqual([
      '09:15',
      '10:15',
      '11:15',
      '15:15',
    ]);
  });

  it('without the short bar at the end are asked about: they may be opening times without the first', async () => {
    for (const date of ['2026-07-31', AUCTION_DAY]) {
      const lines = hours(date, ...whole);
      expect(await stored(lines, 60)).toBe('unclear_stamps');
      expect(await stored(lines, 60, { stamps: 'end' })).toEqual(opened.slice(0, -1));
      expect(await stored(lines, 60, { stamps: 'start' })).toEqual(opened.slice(1));
      // Another day of the file tells.
      expect(await stored([...lines, ...hours('2026-07-30', ...opened)], 60)).toEqual([...opened, ...opened.slice(1)]);
      expect(await stored([...lines, ...hours('2026-07-30', ...whole, '16:15')], 60)).toEqual([
        ...opened,
        ...opened.slice(0, -1),
      ]);
    }
  });

  it('of a session with a pause open in its parts', async () => {
    expect(await stored(hours('2024-03-02', '10:00', '12:30'), 60, { barMinutes: 60 })).toEqual(['09:15', '11:30']);
    expect(await stored(hours('2024-03-02', '10:15', '12:15', '13:15'), 60)).toEqual(['09:15', '11:30', '12:15']);
  });
});

describe('a few bars at the close', () => {
  it('of shares that trade rarely do not move those of a file whose sessions end before it', async () => {
    const quiet = ['2024-01-15', '2024-01-16', '2024-01-17', '2024-01-18'].flatMap((date) =>
      bars(date, '09:17', '15:30'),
    );
    const times = await stored([...quiet, ...bars('2024-01-19', '09:17', '15:30'), row('2024-01-19', '15:30')], 1);
    expect([times![0], times!.at(-1)]).toEqual(['09:17', '15:29']);
  });
});

describe('a file of one Muhurat session', () => {
  it.each([
    [['2025-10-21', '13:45'], ['13:45']],
    [
      ['2025-10-21', '13:45', '14:15'],
      ['13:45', '14:15'],
    ],
    [['2023-11-12', '18:15'], ['18:15']],
    [['2023-11-12', '19:15'], ['18:15']],
    [['2025-10-21', '14:45'], ['13:45']],
    [
      ['2025-10-21', '14:15', '14:45'],
      ['13:45', '14:15'],
    ],
  ])(
    'of hours does not tell their size: %j is refused, and taken when it is stated',
    async ([date, ...clocks], opened) => {
      const lines = hours(date!, ...clocks);
      const { file } = await imported(lines);
      expect(file).toMatchObject({
        status: 'refused',
        code: 'bar_size',
        why: expect.stringMatching(/--bar-minutes 60 FILE/),
      });
      expect(await stored(lines, 60, { barMinutes: 60 })).toEqual(opened);
    },
  );

  it('of hours on the grid of regular days is stored, by either end', async () => {
    expect(await stored(hours('2025-10-21', '13:15', '14:15'), 60)).toEqual(['13:45', '14:15']);
    expect(await stored(hours('2025-10-21', '14:15', '15:15'), 60)).toEqual(['13:45', '14:15']);
  });

  it('of minutes tells its size', async () => {
    expect(await edges(bars('2025-10-21', '13:45', '14:45'), 1)).toEqual(['13:45', '14:44', 60]);
    expect(await edges(bars('2025-10-21', '13:46', '14:46'), 1)).toEqual(['13:45', '14:44', 60]);
  });
});

describe('the size of bars', () => {
  it('that is none of those stored is refused, not left alone', async () => {
    const { file } = await imported(bars('2024-01-15', '09:15', '15:30', { step: 15 }));
    expect(file).toMatchObject({ status: 'refused', code: 'bar_size', why: expect.stringMatching(/15 minutes apart/) });
  });

  it('cannot be stated longer than the bars lie apart', async () => {
    const { file } = await imported(bars('2024-01-15', '09:15', '15:30'), 'NSE', { barMinutes: 60 });
    expect(file).toMatchObject({ status: 'refused', code: 'bar_size', why: expect.stringMatching(/1 minutes apart/) });
    expect(
      (await imported(bars('2024-01-15', '09:15', '15:30', { step: 5 }), 'NSE', { barMinutes: 5 })).file.stored,
    ).toBe(75);
  });
});
