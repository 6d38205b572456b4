import { fromEpochDay, makeRng, toEpochDay, toIso } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { type DailyBars, type IntradayBars, openTimeMsOf } from './bars.ts';
import { loadCalendar } from './calendar.ts';
import { closedCount, closedCountAt, toFourHour, toMonthly, toWeekly, withKnownTimes } from './timeframes.ts';

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
