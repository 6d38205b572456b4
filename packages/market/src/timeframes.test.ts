import { fromEpochDay, makeRng, toEpochDay, toIso } from '@aion/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DailyBars, type IntradayBars, openTimeMsOf } from './bars.ts';
import { loadCalendar } from './calendar.ts';
import {
  closedCount,
  closedCountAt,
  toFourHour,
  toMonthly,
  toSessionBars,
  toWeekly,
  withKnownTimes,
} from './timeframes.ts';

const calendar = loadCalendar('NSE');

function dailyOver(from: string, to: string): DailyBars {
  const days = calendar.sessionsBetween(from, to).map(toEpochDay);
  const rng = makeRng(from);
  const close = Float64Array.from(days, () => 90 + 20 * rng.next());
  return {
    symbol: 'ABC',
    sessionDay: Int32Array.from(days),
    open: close.map((price) => price - 1),
    high: close.map((price) => price + 2),
    low: close.map((price) => price - 3),
    close,
    volumeShares: close.map((_, i) => i + 1),
  };
}

describe('weekly and monthly bars', () => {
  it('aggregate the sessions of a week, a weekend session included', () => {
    const bars = dailyOver('2026-01-19', '2026-02-06');
    const weeks = toWeekly(bars, calendar);
    expect(Array.from(weeks.firstDay, fromEpochDay)).toEqual(['2026-01-19', '2026-01-27', '2026-02-02']);
    // Sunday the 1st of February was a Budget session; Monday the 26th of January a holiday.
    expect(Array.from(weeks.lastDay, fromEpochDay)).toEqual(['2026-01-23', '2026-02-01', '2026-02-06']);
    expect(weeks.open[1]).toBe(bars.open[5]);
    expect(weeks.close[1]).toBe(bars.close[9]);
    expect(weeks.high[1]).toBe(Math.max(...bars.high.subarray(5, 10)));
    expect(weeks.low[1]).toBe(Math.min(...bars.low.subarray(5, 10)));
    expect([...weeks.volumeShares]).toEqual([15, 40, 65]);
  });

  it('are known at the close of the exchange’s last session of the period, also when the instrument was halted', () => {
    const thursday = dailyOver('2026-01-19', '2026-01-22');
    const weeks = toWeekly(thursday, calendar);
    expect(Array.from(weeks.lastDay, fromEpochDay)).toEqual(['2026-01-22']);
    expect(Array.from(weeks.knownDay, fromEpochDay)).toEqual(['2026-01-23']);
    expect(closedCount(weeks, toEpochDay('2026-01-22'))).toBe(0);
    expect(closedCount(weeks, toEpochDay('2026-01-23'))).toBe(1);
    const months = toMonthly(dailyOver('2025-12-01', '2026-01-23'), calendar);
    expect(Array.from(months.knownDay, fromEpochDay)).toEqual(['2025-12-31', '2026-01-30']);
    expect(closedCount(months, toEpochDay('2026-01-29'))).toBe(1);
  });

  it('never change a closed bar when later sessions are added: no look-ahead', () => {
    const all = dailyOver('2025-06-02', '2026-02-06');
    for (const make of [toWeekly, toMonthly]) {
      const whole = make(all, calendar);
      for (let length = 1; length <= all.sessionDay.length; length += 7) {
        const cut: DailyBars = {
          ...all,
          sessionDay: all.sessionDay.subarray(0, length),
          open: all.open.subarray(0, length),
          high: all.high.subarray(0, length),
          low: all.low.subarray(0, length),
          close: all.close.subarray(0, length),
          volumeShares: all.volumeShares.subarray(0, length),
        };
        const part = make(cut, calendar);
        const closed = closedCount(part, cut.sessionDay.at(-1)!);
        expect([...part.close.subarray(0, closed)]).toEqual([...whole.close.subarray(0, closed)]);
        expect([...part.high.subarray(0, closed)]).toEqual([...whole.high.subarray(0, closed)]);
      }
    }
  });
});

describe('4-hour bars', () => {
  const hourly = (date: string, minutes: readonly number[]): IntradayBars => {
    const openTimeMs = Float64Array.from(minutes, (minute) => openTimeMsOf(toEpochDay(date), minute, calendar));
    const column = Float64Array.from(minutes, (_, i) => 100 + i);
    return {
      symbol: 'ABC',
      barMinutes: 60,
      openTimeMs,
      open: column,
      high: column,
      low: column,
      close: column,
      volumeShares: column,
    };
  };
  const REGULAR = [555, 615, 675, 735, 795, 855, 915];

  it('run 09:15–13:15 and 13:15–close, and the last hourly bar is short', () => {
    const bars = hourly('2026-02-27', REGULAR);
    const four = toFourHour(bars, calendar);
    expect(Array.from(four.openTimeMs, (ms) => toIso(ms).slice(11, 16))).toEqual(['03:45', '07:45']);
    expect(Array.from(four.knownMs, (ms) => toIso(ms).slice(11, 16))).toEqual(['07:45', '10:00']);
    expect([...four.open]).toEqual([100, 104]);
    expect([...four.close]).toEqual([103, 106]);
    expect([...four.volumeShares]).toEqual([406, 315]);
    expect(toIso(withKnownTimes(bars, calendar).knownMs.at(-1)!).slice(11, 16)).toBe('10:00');
  });

  it('are closed only when their time is over', () => {
    const four = toFourHour(hourly('2026-02-27', REGULAR), calendar);
    expect(closedCountAt(four, Date.parse('2026-02-27T07:44:00Z'))).toBe(0);
    expect(closedCountAt(four, Date.parse('2026-02-27T07:45:00Z'))).toBe(1);
    expect(closedCountAt(four, Date.parse('2026-02-27T10:00:00Z'))).toBe(2);
  });

  it('begin anew each session and end with a short one', () => {
    const muhurat = hourly('2024-11-01', [1080]);
    const four = toFourHour(muhurat, calendar);
    expect(toIso(four.knownMs[0]!)).toBe('2024-11-01T13:30:00.000Z');
    const late = toFourHour(hourly('2026-02-27', [735, 795]), calendar);
    expect(late.close.length).toBe(2);
  });
});

describe('bars of any size on exchange sessions', () => {
  const minutesOf = (
    exchange: string,
    dates: readonly string[],
    skip: (i: number) => boolean = () => false,
  ): IntradayBars => {
    const of = loadCalendar(exchange);
    const openTimeMs: number[] = [];
    for (const date of dates) {
      const session = of.session(date);
      if (session.kind === 'closed') throw new Error(`${date} is closed`);
      for (let ms = session.openMs; ms < session.closeMs; ms += 60_000) openTimeMs.push(ms);
    }
    const kept = openTimeMs.filter((_, i) => !skip(i));
    const close = Float64Array.from(kept, (_, i) => 100 + Math.sin(i / 7) * 5 + (i % 11) / 10);
    return {
      symbol: 'ABC',
      barMinutes: 1,
      openTimeMs: Float64Array.from(kept),
      open: close.map((price, i) => price + ((i % 3) - 1) / 10),
      high: close.map((price, i) => price + 0.2 + (i % 5) / 10),
      low: close.map((price, i) => price - 0.2 - (i % 4) / 10),
      close,
      volumeShares: Float64Array.from(kept, (_, i) => 1 + (i % 97)),
    };
  };
  // Around both changes of the clocks, a half day, a Muhurat evening, a weekend session, a day with odd hours.
  const CASES: readonly [string, readonly string[]][] = [
    ['US', ['2026-03-06', '2026-03-09', '2025-10-31', '2025-11-03', '2025-11-28'].sort()],
    ['NSE', ['2024-10-31', '2024-11-01', '2024-03-02', '2026-02-01', '2021-02-24', '1998-10-19'].sort()],
  ];

  it('counts from each session and cuts at its close, also on half days, Muhurat evenings and around changes of the clock', () => {
    const counts = (exchange: string, dates: readonly string[], size: number) => {
      const of = loadCalendar(exchange);
      const made = toSessionBars(minutesOf(exchange, dates), size, of);
      return dates.map((date) => made.openTimeMs.filter((ms) => of.dateAt(ms) === date).length);
    };
    expect(counts('US', ['2025-11-28', '2026-03-06', '2026-03-09'], 60)).toEqual([4, 7, 7]);
    expect(counts('US', ['2025-11-28', '2026-03-06'], 240)).toEqual([1, 2]);
    expect(counts('NSE', ['2024-10-31', '2024-11-01'], 60)).toEqual([7, 1]);
    expect(counts('NSE', ['2024-10-31', '2024-11-01'], 240)).toEqual([2, 1]);
    const hour = toSessionBars(minutesOf('NSE', ['2024-10-31']), 60, loadCalendar('NSE'));
    expect(hour.knownMs.at(-1)! - hour.openTimeMs.at(-1)!).toBe(15 * 60_000);
    const us = toSessionBars(minutesOf('US', ['2026-03-06', '2026-03-09']), 240, loadCalendar('US'));
    expect([...us.openTimeMs].map((ms) => new Date(ms).toISOString().slice(11, 16))).toEqual([
      '14:30',
      '18:30',
      '13:30',
      '17:30',
    ]);
  });

  it.each(CASES)(
    'of %s composes, keeps the volume and the bounds, and knows no bar before its end, with any minutes missing',
    (exchange, dates) => {
      fc.assert(
        fc.property(fc.integer({ min: 2, max: 13 }), fc.nat(12), (every, phase) => {
          const of = loadCalendar(exchange);
          const minute = minutesOf(exchange, dates, (i) => (i + phase) % every === 0);
          const five = toSessionBars(minute, 5, of);
          const total = (bars: IntradayBars): number => bars.volumeShares.reduce((sum, volume) => sum + volume, 0);
          for (const size of [5, 15, 60, 240]) {
            const direct = toSessionBars(minute, size, of);
            expect(toSessionBars(five, size, of)).toEqual(direct);
            expect(total(direct)).toBe(total(minute));
            direct.openTimeMs.forEach((openMs, i) => {
              const end = direct.knownMs[i]!;
              const inside = [...minute.openTimeMs.keys()].filter(
                (row) => minute.openTimeMs[row]! >= openMs && minute.openTimeMs[row]! < end,
              );
              expect(direct.high[i]).toBe(Math.max(...inside.map((row) => minute.high[row]!)));
              expect(direct.low[i]).toBe(Math.min(...inside.map((row) => minute.low[row]!)));
              expect(direct.open[i]).toBe(minute.open[inside[0]!]);
              expect(direct.close[i]).toBe(minute.close[inside.at(-1)!]);
              expect(of.dateAt(openMs)).toBe(of.dateAt(end - 1));
              const next = minute.openTimeMs[inside.at(-1)! + 1];
              if (next !== undefined) expect(next).toBeGreaterThanOrEqual(end);
            });
          }
        }),
        { numRuns: 6 },
      );
    },
  );

  it('leaves bars outside the session out and refuses sizes that would halve a bar', () => {
    const of = loadCalendar('NSE');
    const minute = minutesOf('NSE', ['2024-10-31']);
    const early = { ...minute, openTimeMs: minute.openTimeMs.map((ms, i) => (i === 0 ? ms - 600_000 : ms)) };
    expect(toSessionBars(early, 5, of).open[0]).toBe(minute.open[1]);
    const five = toSessionBars(minute, 5, of);
    expect(() => toSessionBars(five, 12, of)).toThrow(/bars of 5 minutes cannot be joined to bars of 12/);
  });
});
