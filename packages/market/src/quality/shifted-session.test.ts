import { describe, expect, it } from 'vitest';
import { bars, imported } from '../../test/intraday-file.ts';

const RIGHT = Array.from({ length: 8 }, (_, i) => `2024-01-${String([2, 3, 4, 5, 8, 9, 10, 11][i]).padStart(2, '0')}`);
const DAY = '2024-01-12';
const right = (from = '09:15', to = '15:30', options = {}): string[] =>
  RIGHT.flatMap((date) => bars(date, from, to, options));

describe('one session of another clock among right ones', () => {
  it.each([
    ['UTC', '03:45', '10:00', 330],
    ['Dubai, of which a quarter is outside', '07:45', '14:00', 90],
    ['Singapore', '11:45', '18:00', -150],
    ['an hour ahead', '10:15', '16:30', -60],
    ['half an hour behind', '08:45', '15:00', 30],
    ['UTC, the last part alone', '08:00', '10:00', 330],
    ['UTC, the last hour: a quarter is outside', '09:00', '10:00', 330],
    ['UTC, the first part alone', '03:45', '09:45', 330],
    ['twice moved, the first part', '14:45', '17:00', -330],
    ['UTC, a part within', '08:00', '09:45', 330],
    ['Dubai, a part within', '08:15', '12:00', 60],
    ['Singapore, a part within', '13:00', '16:30', -60],
  ])('is refused: %s', async (_what, from, to, shift) => {
    for (const lines of [[...right(), ...bars(DAY, from, to)], [...bars(DAY, from, to), ...right()].toReversed()]) {
      const { file } = await imported(lines);
      expect(file).toMatchObject({ status: 'refused', code: 'shifted_clock', stored: 0 });
      expect(file.why).toContain(`moved by ${shift} min`);
      expect(file.why).toContain(DAY);
    }
  });

  it.each([5, 60] as const)('is refused with bars of %i minutes', async (step) => {
    for (const [from, to] of [
      ['03:45', '10:00'],
      ['07:45', '14:00'],
      ['11:45', '18:00'],
    ] as const) {
      const { file } = await imported([...right('09:15', '15:30', { step }), ...bars(DAY, from, to, { step })]);
      expect([from, file.code]).toEqual([from, 'shifted_clock']);
    }
  });

  it('is refused where one share of many has it, and where all have and trade rarely', async () => {
    const shares = ['A', 'B', 'C', 'D'].flatMap((symbol) => right('09:15', '15:30', { symbol }));
    const one = await imported([
      ...shares,
      ...bars(DAY, '09:15', '15:30', { symbol: 'A' }),
      ...bars(DAY, '07:45', '14:00', { symbol: 'B' }),
    ]);
    expect(one.file).toMatchObject({ code: 'shifted_clock', why: expect.stringContaining('of B on 2024-01-12') });
    const rare = ['A', 'B', 'C', 'D', 'E', 'F'].flatMap((symbol, n) =>
      bars(DAY, '07:45', '14:00', { symbol }).filter((_, i) => i % 6 === n || i === 0 || i === 374),
    );
    expect((await imported([...shares, ...rare])).file.code).toBe('shifted_clock');
  });

  it('is refused in the US, in winter and in summer', async () => {
    const days = ['2024-01-16', '2024-01-17', '2024-01-18', '2024-07-01', '2024-07-02'].flatMap((date) =>
      bars(date, '09:30', '16:00'),
    );
    for (const [date, from, to] of [
      ['2024-01-19', '14:30', '21:00'],
      ['2024-07-05', '13:30', '17:00'],
      ['2024-07-08', '08:30', '15:00'],
      ['2024-01-22', '14:30', '17:00'],
    ] as const)
      expect([from, (await imported([...days, ...bars(date, from, to)], 'US')).file.code]).toEqual([
        from,
        'shifted_clock',
      ]);
  });
});

describe('an honest session among others', () => {
  it.each([
    ['begins late', '10:30', '15:30', []],
    ['is cut early', '09:15', '12:00', []],
    ['has a print of the pre-open', '09:15', '15:30', [['09:07', '09:08']]],
    ['has a print of the pre-open and is cut early', '09:15', '10:00', [['09:07', '09:08']]],
    ['has minutes of the pre-open', '09:15', '15:30', [['09:00', '09:15']]],
    ['has minutes of the pre-open and is cut early', '09:15', '11:30', [['09:00', '09:15']]],
    ['has minutes behind the close', '09:15', '15:30', [['15:40', '16:00']]],
    ['begins late and has minutes behind the close', '09:45', '15:30', [['15:40', '16:00']]],
    ['begins late and has one minute at the close', '10:00', '15:31', []],
    ['is of one part of the day', '13:00', '15:30', []],
    ['has filled minutes behind the close and begins late', '11:00', '16:00', []],
    ['has filled minutes of the pre-open and is cut', '09:00', '13:00', []],
  ])('is stored that %s', async (_what, from, to, more) => {
    const lines = [...right(), ...bars(DAY, from, to), ...more.flatMap(([a, b]) => bars(DAY, a!, b!))];
    const { file } = await imported(lines);
    expect([file.status, file.code]).toEqual(['imported', undefined]);
  });

  it('is stored with the hours before and behind those of the US, also where it is cut', async () => {
    const days = ['2024-01-16', '2024-01-17', '2024-01-18', '2024-01-19'];
    for (const [from, to] of [
      ['04:00', '20:00'],
      ['07:00', '16:00'],
      ['09:30', '20:00'],
      ['14:30', '17:00'],
    ] as const) {
      const { file } = await imported(
        [...days.flatMap((date) => bars(date, '04:00', '20:00')), ...bars('2024-01-22', from, to)],
        'US',
      );
      expect([from, to, file.status]).toEqual([from, to, 'imported']);
    }
  });
});
