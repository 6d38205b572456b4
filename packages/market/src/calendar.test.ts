import { fromEpochDay, isAppError, toIso, weekdayOf } from '@aion/core';
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

describe('every calendar', () => {
  it.each(['NSE', 'US'])('has the offset of its time zone at noon of every day: %s', (name) => {
    const exchange = loadCalendar(name);
    const formats = new Intl.DateTimeFormat('en-US', { timeZone: exchange.timeZone, timeZoneName: 'longOffset' });
    const wrong: string[] = [];
    for (let day = exchange.firstDay; day <= exchange.lastDay; day++) {
      const noonMs = day * 86_400_000 + 12 * 3_600_000 - exchange.utcOffsetMinutesOn(day) * 60_000;
      const shown = /GMT(?<sign>[+-])(?<h>\d\d):(?<m>\d\d)/.exec(formats.format(noonMs))!.groups!;
      const minutes = (Number(shown['h']) * 60 + Number(shown['m'])) * (shown['sign'] === '-' ? -1 : 1);
      if (minutes !== exchange.utcOffsetMinutesOn(day)) wrong.push(fromEpochDay(day));
      if (exchange.localMinutesAt(noonMs) !== day * 1440 + 720) wrong.push(fromEpochDay(day));
    }
    expect(wrong).toEqual([]);
  });

  it.each(['NSE', 'US'])('says what it only expects: %s', (name) => {
    const exchange = loadCalendar(name);
    expect(exchange.isProvisional('2026-12-31')).toBe(false);
    expect(exchange.isProvisional('2027-01-04')).toBe(true);
  });
});

describe('the US calendar', () => {
  const us = loadCalendar('US');
  const usHours = (date: string): string => {
    const session = us.session(date);
    return session.kind === 'closed'
      ? `closed: ${session.reason}`
      : `${session.kind} ${toIso(session.openMs).slice(11, 16)}–${toIso(session.closeMs).slice(11, 16)} UTC`;
  };

  it('keeps New York time through the change of clocks, half days and days of mourning', () => {
    expect(usHours('2026-03-06')).toBe('regular 14:30–21:00 UTC');
    expect(usHours('2026-03-09')).toBe('regular 13:30–20:00 UTC');
    // The clocks of the United States changed on other Sundays before 2007.
    expect(usHours('2006-03-31')).toBe('regular 14:30–21:00 UTC');
    expect(usHours('2006-04-03')).toBe('regular 13:30–20:00 UTC');
    expect(usHours('2025-11-28')).toBe('half 14:30–18:00 UTC');
    expect(usHours('2025-01-09')).toMatch(/^closed/);
    expect(usHours('2001-09-11')).toMatch(/^closed/);
    expect(us.nextSession('2001-09-10')).toBe('2001-09-17');
    expect(us.currency).toBe('USD');
  });

  it('knows 248 to 254 sessions in every year', () => {
    for (let year = 1996; year <= 2027; year++) {
      const count = us.sessionsBetween(`${year}-01-01`, `${year}-12-31`).length;
      expect(count, String(year)).toBeGreaterThanOrEqual(248);
      expect(count, String(year)).toBeLessThanOrEqual(254);
    }
  });
});

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
      () => calendar.isSession('2028-01-01'),
      () => calendar.session('1995-12-31'),
      () => calendar.nextSession('2027-12-31'),
      () => calendar.previousSession('1996-01-01'),
      () => calendar.sessionsBetween('2027-12-01', '2028-01-04'),
    ]) {
      expect(ask).toThrow(/covers 1996-01-01 to 2027-12-31.*update the calendar/);
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

  it('knows 230 to 253 sessions in every year it covers', () => {
    for (let year = 1996; year <= 2027; year++) {
      const count = calendar.sessionsBetween(`${year}-01-01`, `${year}-12-31`).length;
      expect(count, String(year)).toBeGreaterThanOrEqual(230);
      expect(count, String(year)).toBeLessThanOrEqual(253);
    }
  });
});
