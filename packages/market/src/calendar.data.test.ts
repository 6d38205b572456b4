import { fromEpochDay } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { loadCalendar } from './calendar.ts';
import { hasRealData, realFile, realRows } from '../test/real-data.ts';

const calendar = loadCalendar('NSE');

/** Dates in the second column of a CSV file and how often each stands there. */
function datesOf(name: string, wanted: (row: string) => boolean = () => true): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of realRows(name)) {
    if (!wanted(row)) continue;
    const from = row.indexOf(',') + 1;
    const date = row.slice(from, row.indexOf(',', from));
    counts.set(date, (counts.get(date) ?? 0) + 1);
  }
  return counts;
}

describe.skipIf(!hasRealData)('the NSE calendar against real bars', () => {
  it('has a session on every date of the exchange files, and no other but two the files lack', () => {
    const dates = new Set([...datesOf('nse_daily_raw.csv.gz').keys(), ...datesOf('nse_full_market_60d.csv.gz').keys()]);
    const sessions = calendar.sessionsBetween('2019-10-01', '2026-02-27');
    expect([...dates].filter((date) => !sessions.includes(date))).toEqual([]);
    // An evening session and a day that the source misses, as its provenance says.
    expect(sessions.filter((date) => !dates.has(date))).toEqual(['2021-11-04', '2022-08-08']);
  });

  it('has a session on every date of the 2016 and 2017 files', () => {
    const dates = [...datesOf('nse_daily_raw_2016_2017.csv.gz').keys()];
    expect(dates.length).toBe(488);
    expect(dates.filter((date) => !calendar.isSession(date))).toEqual([]);
  });

  it('agrees with NIFTY50 from 2008 on but for the days its source misses', () => {
    const dates = new Set(datesOf('nse_index_daily.csv.gz', (row) => row.startsWith('NIFTY50,')).keys());
    expect([...dates].filter((date) => !calendar.isSession(date))).toEqual([]);
    const missing = Array.from(calendar.sessionDays, fromEpochDay).filter(
      (date) => date >= '2008-01-01' && date <= '2026-02-27' && !dates.has(date),
    );
    expect(missing.length / calendar.sessionDays.length).toBeLessThan(0.01);
  });

  it('agrees with the exceptions that were derived from the exchange files', () => {
    const rows = new TextDecoder().decode(realFile('nse_calendar_exceptions.csv')).trim().split('\n').slice(1);
    const wrong = rows
      .map((row) => row.split(','))
      .filter(([date, kind]) => calendar.isSession(date!) !== (kind === 'special_session'))
      .map(([date]) => date);
    expect(wrong).toEqual(['2021-11-04', '2022-08-08']);
  });

  it('has every session of the US files and no other', () => {
    const us = loadCalendar('US');
    const dates = new Set(datesOf('us_daily.csv.gz', (row) => row.startsWith('SPY,')).keys());
    const sessions = us.sessionsBetween('2008-01-02', '2026-02-27');
    expect([...dates].filter((date) => !us.isSession(date))).toEqual([]);
    expect(sessions.filter((date) => !dates.has(date))).toEqual([]);
  });

  it('has every date of the shares from 2006 on, and lacks none but those the source skips for all', () => {
    const counts = datesOf('nse_daily_yahoo_adjusted.csv.gz');
    expect([...counts.keys()].filter((date) => !calendar.isSession(date))).toEqual([]);
    const missing = calendar.sessionsBetween('2006-01-02', '2007-08-31').filter((date) => !counts.has(date));
    expect(missing).toEqual([]);
  });
});
