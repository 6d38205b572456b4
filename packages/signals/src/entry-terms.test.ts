import fc from 'fast-check';
import { fromEpochDay, toEpochDay } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { NO_MEASURES, type Measures } from '@aion/market/records';
import { describe, expect, it } from 'vitest';
import { entryTerms } from './entry-terms.ts';

const calendar = loadCalendar('NSE');
/** A Friday; the next session is the Monday after. */
const SESSION = '2026-02-27';
const UNTIL = '2026-03-13';
const resultsOn = (...days: string[]): Measures => ({ inForce: new Map(), resultsDays: new Map([['ABC', days]]) });
const terms = (measures: Measures, symbol = 'ABC') => entryTerms(measures, symbol, SESSION, UNTIL, calendar);

describe('the terms of an entry', () => {
  it('are the whole time and no warning where nothing is known', () => {
    expect(terms(NO_MEASURES)).toEqual({ validUntil: UNTIL, warnings: [] });
    expect(terms(resultsOn('2026-03-05'), 'XYZ')).toEqual({ validUntil: UNTIL, warnings: [] });
  });

  it.each([
    // On the session itself and before: they are out.
    ['2026-02-27', UNTIL],
    ['2026-02-20', UNTIL],
    ['2026-03-05', '2026-03-04'],
    // A Saturday between sessions.
    ['2026-03-07', '2026-03-06'],
    [UNTIL, '2026-03-12'],
    ['2026-03-16', UNTIL],
    // Before an entry can be made: on the weekend, and on the very next session.
    ['2026-02-28', null],
    ['2026-03-02', null],
  ])('end before results on %s', (day, validUntil) => {
    expect(terms(resultsOn(day)).validUntil).toBe(validUntil);
  });

  it('name the day to whoever enters and to whoever holds', () => {
    expect(terms(resultsOn('2026-03-05', '2026-03-10')).warnings).toEqual([
      {
        code: 'results',
        title: 'Results are due on 2026-03-05: no entry after 2026-03-04; if you hold it, decide before then',
      },
    ]);
  });

  it('warn of a ban in futures and options, and leave the entry open', () => {
    const banned = { ...NO_MEASURES, inForce: new Map([['ABC', [{ flag: 'fno_ban' as const, detail: null }]]]) };
    const { validUntil, warnings } = terms(banned);
    expect([validUntil, warnings.map(({ code }) => code)]).toEqual([UNTIL, ['fno_ban']]);
  });

  it('leave no entry on or after a day of results, whatever the days are', () => {
    const sessions = calendar.sessionsBetween('2026-01-01', '2026-10-30');
    let cut = 0;
    let closed = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...sessions.slice(0, 60)),
        fc.array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: -3, max: 20 })), { maxLength: 3 }),
        (session, offsets) => {
          const results = offsets.map((days) => fromEpochDay(toEpochDay(session) + days)).sort();
          const validUntil = calendar.nextSession(session, 10);
          const found = entryTerms(resultsOn(...results), 'ABC', session, validUntil, calendar);
          // By the definition: the sessions on which an entry may be made, one by one.
          const ahead = results.filter((day) => day > session && day <= validUntil);
          const open = calendar
            .sessionsBetween(calendar.nextSession(session), validUntil)
            .filter((day) => ahead.every((result) => day < result));
          expect(found.validUntil).toBe(open.at(-1) ?? null);
          if (open.length === 0) closed++;
          else if (open.at(-1) !== validUntil) cut++;
        },
      ),
      { numRuns: 300 },
    );
    expect(Math.min(cut, closed)).toBeGreaterThan(20);
  });
});
