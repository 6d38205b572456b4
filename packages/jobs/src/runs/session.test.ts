import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromEpochDay, toEpochDay } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { requireSession, sessionAt } from './session.ts';

const NSE = loadCalendar('NSE');
const opens = (date: string): number => requireSession(NSE, date).openMs;

describe('the session of a date', () => {
  it('is that date’s own, an evening or a weekend one as well', () => {
    for (const [date, kind] of [
      ['2026-02-27', 'regular'],
      ['2024-11-01', 'muhurat'],
      ['2026-02-01', 'special'],
    ] as const)
      expect(requireSession(NSE, date)).toEqual({ ...NSE.session(date), kind });
  });

  it.each([
    ['2026-02-28', 'weekend', '2026-02-27'],
    ['2026-03-01', 'weekend', '2026-02-27'],
    ['2026-01-26', 'Republic Day', '2026-01-23'],
  ])('%s has none; the refusal says why and names the last one before it', (date, why, previous) => {
    expect(() => requireSession(NSE, date)).toThrow(
      expect.objectContaining({
        code: 'outside_calendar',
        message: expect.stringMatching(new RegExp(`${date}.*${why}.*${previous}$`)) as string,
      }),
    );
  });

  it('is not guessed beyond the calendar', () => {
    expect(() => requireSession(NSE, '1990-01-02')).toThrow(expect.objectContaining({ code: 'outside_calendar' }));
  });
});

describe('the session at an instant', () => {
  it('begins with the opening, to the millisecond, and lasts until the next opens', () => {
    expect(sessionAt(NSE, opens('2026-02-27') - 1)).toBe('2026-02-26');
    expect(sessionAt(NSE, opens('2026-02-27'))).toBe('2026-02-27');
    expect(sessionAt(NSE, opens('2026-03-02') - 1)).toBe('2026-02-27');
    // Saturday and Sunday noon; a Sunday with a session of its own; the evening of a Muhurat session and its morning.
    expect(sessionAt(NSE, Date.UTC(2026, 1, 28, 6))).toBe('2026-02-27');
    expect(sessionAt(NSE, Date.UTC(2026, 2, 1, 6))).toBe('2026-02-27');
    expect(sessionAt(NSE, Date.UTC(2026, 1, 1, 6))).toBe('2026-02-01');
    expect(sessionAt(NSE, Date.UTC(2024, 10, 1, 5))).toBe('2024-10-31');
    expect(sessionAt(NSE, Date.UTC(2024, 10, 1, 14))).toBe('2024-11-01');
  });

  it.each(['NSE', 'US'])('of %s is the newest that has opened, at every instant', (exchange) => {
    const calendar = loadCalendar(exchange);
    const seen = { 'before the open': 0, open: 0, 'after the close': 0, weekend: 0, holiday: 0 };
    const [from, to] = [Date.UTC(2023, 0, 9), Date.UTC(2026, 11, 20)];
    const holidays = Array.from({ length: toEpochDay('2026-12-01') - toEpochDay('2023-02-01') }, (_, i) => {
      const date = fromEpochDay(toEpochDay('2023-02-01') + i);
      const session = calendar.session(date);
      return session.kind === 'closed' && session.reason !== 'weekend' ? Date.parse(`${date}T12:00:00Z`) : undefined;
    }).filter((ms) => ms !== undefined);
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: from, max: to }), fc.constantFrom(...holidays)), (nowMs) => {
        let day = toEpochDay(calendar.dateAt(nowMs)) + 1;
        for (; ; day--) {
          const session = calendar.session(fromEpochDay(day));
          if (session.kind !== 'closed' && session.openMs <= nowMs) break;
        }
        expect(sessionAt(calendar, nowMs)).toBe(fromEpochDay(day));
        const today = calendar.session(calendar.dateAt(nowMs));
        if (today.kind === 'closed') seen[today.reason === 'weekend' ? 'weekend' : 'holiday']++;
        else seen[nowMs < today.openMs ? 'before the open' : nowMs < today.closeMs ? 'open' : 'after the close']++;
      }),
      { numRuns: 600 },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(20);
  });
});
