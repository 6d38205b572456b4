import { toEpochDay } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { loadCalendar } from './calendar.ts';
import { hoursOfShare, makeSessionMinutes, phaseOf } from './session-minutes.ts';

const hoursOf = makeSessionMinutes(loadCalendar('NSE'));
const on = (date: string) => hoursOf(toEpochDay(date))!;
const at = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const minutes = (from: string, to: string): number[] =>
  Array.from({ length: at(to) - at(from) }, (_, i) => at(from) + i);

describe('the phases of a session', () => {
  it('are one, from open to close, on a regular day before the closing auction', () => {
    expect(on('2026-07-31').phases).toEqual([
      { kind: 'continuous', instruments: 'all', open: at('09:15'), close: at('15:30') },
    ]);
  });

  it('are three from 3 August 2026 on, and a closed day has none', () => {
    expect(on('2026-08-03')).toMatchObject({ open: at('09:15'), close: at('15:35') });
    expect(on('2026-08-03').phases.map(({ kind, instruments }) => `${kind} ${instruments}`)).toEqual([
      'continuous with_derivatives',
      'continuous without_derivatives',
      'closing_auction with_derivatives',
    ]);
    expect(hoursOf(toEpochDay('2026-08-02'))).toBeUndefined();
  });

  it.each([
    ['2021-02-24', '11:40', '15:45'],
    ['2024-03-02', '10:00', '11:30'],
    ['2024-05-18', '10:00', '11:45'],
  ])('leave out the pause of %s', (date, from, to) => {
    const hours = on(date);
    for (const minute of minutes(from, to)) expect(phaseOf(hours, minute, 1)).toBeUndefined();
    expect(phaseOf(hours, at(from) - 1, 1)).toBeDefined();
    expect(phaseOf(hours, at(to), 1)).toBeDefined();
    // A bar that begins in the pause and reaches beyond it holds trades.
    expect(phaseOf(hours, at(to) - 15, 60)).toBeDefined();
  });

  it('of a share are told by its bars beside the closing auction', () => {
    const hours = on('2026-08-03');
    const morning = minutes('09:15', '15:15');
    const withPrint = hoursOfShare(hours, [...morning, at('15:32')], 1);
    expect([withPrint.continuousBars, withPrint.close]).toEqual([360, at('15:35')]);
    const without = hoursOfShare(hours, minutes('09:15', '15:30'), 1);
    expect([without.continuousBars, without.close]).toEqual([375, at('15:30')]);
    // Some sources stamp the print with the auction's begin.
    for (const stamp of ['15:15', '15:20', '15:30', '15:34'])
      expect(hoursOfShare(hours, [...morning, at(stamp)], 1).close).toBe(at('15:35'));
    expect(hoursOfShare(hours, [...morning, at('15:15'), at('15:16')], 1).close).toBe(at('15:30'));
    // Bars of an hour do not tell.
    expect(hoursOfShare(hours, [at('09:15'), at('15:15')], 60)).toMatchObject({ continuousBars: 7 });
  });
});
