import { isAppError, toIso, weekdayOf } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { loadCalendar } from './calendar.ts';
import nse from './calendars/nse.json' with { type: 'json' };

const calendar = loadCalendar('NSE');
const hours = (date: string): string => {
  const session = calendar.session(date);
  return session.kind === 'closed'
    ? `closed: ${session.reason}`
    : `${session.kind} ${toIso(session.openMs).slice(11, 16)}–${toIso(session.closeMs).slice(11, 16)} UTC`;
};

describe('the NSE calendar', () => {
  it('gives the hours of regular, special, Muhurat and closed days', () => {
    expect(hours('2026-02-27')).toBe('regular 03:45–10:00 UTC');
    expect(hours('2010-01-05')).toBe('regular 03:30–10:00 UTC');
    expect(hours('2024-11-01')).toBe('muhurat 12:30–13:30 UTC');
    expect(hours('2025-10-21')).toBe('muhurat 08:15–09:15 UTC');
    expect(hours('2026-02-01')).toBe('special 03:45–10:00 UTC');
    expect(hours('2026-01-26')).toBe('closed: Republic Day');
    expect(hours('2026-02-28')).toBe('closed: weekend');
    expect(hours('2026-11-08')).toMatch(/^muhurat/);
  });

  it('steps over holidays, weekends and into weekend sessions', () => {
    expect(calendar.previousSession('2026-02-02')).toBe('2026-02-01');
    expect(calendar.nextSession('2025-12-24')).toBe('2025-12-26');
    expect(calendar.previousSession('2024-10-28', 3)).toBe('2024-10-23');
    expect(calendar.nextSession('2024-10-25', 2)).toBe('2024-10-29');
    expect(calendar.sessionsBetween('2025-10-18', '2025-10-24')).toEqual([
      '2025-10-20',
      '2025-10-21',
      '2025-10-23',
      '2025-10-24',
    ]);
  });

  it('refuses every date outside its coverage, naming the coverage and what to do', () => {
    for (const ask of [
      () => calendar.isSession('2027-01-01'),
      () => calendar.session('2007-08-31'),
      () => calendar.nextSession('2026-12-31'),
      () => calendar.previousSession('2007-09-03'),
      () => calendar.sessionsBetween('2026-12-01', '2027-01-04'),
    ]) {
      expect(ask).toThrow(/covers 2007-09-01 to 2026-12-31.*update the calendar/);
    }
    try {
      calendar.isSession('2030-01-01');
    } catch (error) {
      expect(isAppError(error, 'outside_calendar')).toBe(true);
    }
    expect(() => loadCalendar('LSE')).toThrow(/no calendar for exchange "LSE"/);
  });

  it('has data in which every exception changes something and stands once, in order', () => {
    const dates = nse.exceptions.map(({ date }) => date);
    expect(dates).toEqual([...new Set(dates)].sort());
    for (const { date, kind } of nse.exceptions) {
      const weekend = weekdayOf(date) === 0 || weekdayOf(date) === 6;
      if (kind === 'closed') expect(weekend, `${date} is a weekend and closed anyway`).toBe(false);
    }
  });

  it('knows 238 to 252 sessions in every whole year it covers', () => {
    for (let year = 2008; year <= 2026; year++) {
      const count = calendar.sessionsBetween(`${year}-01-01`, `${year}-12-31`).length;
      expect(count, String(year)).toBeGreaterThanOrEqual(238);
      expect(count, String(year)).toBeLessThanOrEqual(253);
    }
  });
});
