import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionWords, toSessionCells, toWeeks, type DayScore } from './session-weeks.ts';

const day = (sessionDate: string, part: Partial<DayScore> = {}): DayScore => ({
  sessionDate,
  score: 100,
  symbols: 120,
  usual: 120,
  issues: 0,
  ...part,
});
const issue = (code: string, sessionDate: string, symbol: string | null = null) => ({
  code,
  sessionDate,
  symbol,
  severity: 'error' as const,
  message: '',
});

describe('what a session is drawn as', () => {
  it('is how it is broken, or else how good it is', () => {
    const days = [
      day('2026-02-02', { score: 0 }),
      day('2026-02-03', { score: 0, symbols: 0 }),
      day('2026-02-04', { score: 0 }),
      day('2026-02-05', { score: 97 }),
      day('2026-02-06', { score: 89 }),
      day('2026-02-09', { score: 98 }),
    ];
    const issues = [issue('copied_session', '2026-02-02'), issue('closed_day', '2026-02-04')];
    expect(toSessionCells({ days, issues }).map(({ state }) => state)).toEqual([
      'copied',
      'missing',
      'closed',
      'fair',
      'poor',
      'good',
    ]);
  });

  it('is not changed by what one symbol did on it', () => {
    expect(
      toSessionCells({ days: [day('2026-02-02')], issues: [issue('copied_session', '2026-02-02', 'ABC')] }),
    ).toEqual([{ ...day('2026-02-02'), state: 'good' }]);
  });

  it('is said in words, a broken one first of all', () => {
    const [cell] = toSessionCells({ days: [day('2026-02-03', { score: 0, symbols: 0, issues: 2 })], issues: [] });
    expect(sessionWords(cell!)).toBe(
      'Tue 3 Feb 2026: Missing: no bar is stored; score 0 of 100, 0 of usually 120 symbols, 2 errors',
    );
  });
});

describe('the weeks of the calendar', () => {
  it('put a session on its weekday, leave holidays empty, and have a weekend only where one traded', () => {
    const cells = toSessionCells({ days: [day('2026-02-02'), day('2026-02-06'), day('2026-02-10')], issues: [] });
    const { weeks, weekdays } = toWeeks(cells);
    expect(weekdays).toBe(5);
    expect(weeks.map(({ monday, days }) => [monday, ...days.map((each) => each?.sessionDate.slice(8) ?? '')])).toEqual([
      ['2026-02-02', '02', '', '', '', '06'],
      ['2026-02-09', '', '10', '', '', ''],
    ]);
    const special = toWeeks(toSessionCells({ days: [day('2026-02-01'), day('2026-02-02')], issues: [] }));
    expect(special.weekdays).toBe(7);
    expect(special.weeks[0]!.days[6]!.sessionDate).toBe('2026-02-01');
  });

  it('lose and double no session', () => {
    const dates = fc.uniqueArray(fc.integer({ min: 0, max: 20_000 }), { maxLength: 80 });
    fc.assert(
      fc.property(dates, (numbers) => {
        const days = numbers.map((at) => day(new Date(at * 86_400_000).toISOString().slice(0, 10)));
        const { weeks } = toWeeks(toSessionCells({ days, issues: [] }));
        const shown = weeks.flatMap((week) => week.days.flatMap((cell) => cell?.sessionDate ?? []));
        expect(shown).toEqual(days.map(({ sessionDate }) => sessionDate).sort());
      }),
    );
  });
});
