import { describe, expect, it } from 'vitest';
import { fromEpochDay, toEpochDay, weekdayOf } from '@aion/core';
import { fileOf, makeFixturePorts } from '../../test/fixture-ports.ts';
import { hasRealData, realFile } from '../../test/real-data.ts';
import { loadCalendar } from '../calendar.ts';
import { importFiles } from './import-files.ts';

const calendar = loadCalendar('NSE');
const sessions = calendar.sessionsBetween('2022-01-01', '2025-06-30');
const holidays = Array.from({ length: 4500 }, (_, i) => fromEpochDay(toEpochDay('2014-01-01') + i)).filter(
  (date) => weekdayOf(date) % 6 !== 0 && !calendar.isSession(date),
);
/** Rows of one instrument whose closes rise by one. */
const bars = (dates: readonly string[]): string[] =>
  dates.map((date, i) => `ABC,${date},${100 + i},${102 + i},${98 + i},${100 + i},1000`);
const take = (rows: readonly string[]) =>
  importFiles(makeFixturePorts(), [fileOf('x.csv', `symbol,date,open,high,low,close,volume\n${rows.join('\n')}\n`)]);

describe('bars of another market', () => {
  it('are refused in a bhavcopy layout: that is NSE’s', async () => {
    const cm =
      'SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,\n' +
      'UPL,EQ,59,61.75,57,57.7,58,58.3,341033,20320653.6,01-DEC-2017,2506,INE144J01027,\n';
    const ports = makeFixturePorts();
    const report = await importFiles(ports, [fileOf('cm.csv', cm)], { market: 'US' });
    expect(report.files).toMatchObject([{ status: 'refused', code: 'other_market', stored: 0 }]);
    expect((await importFiles(ports, [fileOf('cm.csv', cm)])).stored).toBe(1);
  });

  const onHolidays = (count: number, of: number) => [
    ...bars(holidays.slice(0, count)),
    ...bars(sessions.slice(0, of - count)),
  ];

  it('are refused in a plain file by the holidays on which they lie', async () => {
    const report = await take(onHolidays(50, 800));
    expect(report.files).toMatchObject([{ status: 'refused', code: 'other_market', stored: 0 }]);
    expect(report.files[0]!.why).toMatch(/50 of its 800 rows lie on holidays of NSE, e\.g\. ABC on 2014-/);
  });

  it('are told from single rows on holidays, which are set aside, and from a source that fills holidays', async () => {
    expect(await take(onHolidays(49, 800))).toMatchObject({
      refused: 0,
      quarantined: { no_session: 49 },
    });
    const flat = (date: string) => `ABC,${date},10,10,10,10,0`;
    const from = Math.max(
      0,
      sessions.findIndex((date) => date > '2022-01-03'),
    );
    const all = [...sessions.slice(from), ...holidays.filter((date) => date > '2022-01-04' && date < '2025-06-30')];
    const filled = await take(all.map(flat));
    expect(filled).toMatchObject({ refused: 0 });
    expect(filled.quarantined.forward_filled).toBeGreaterThanOrEqual(40);
  });

  it.skipIf(!hasRealData)('are found in the real US file whatever its name', async () => {
    const report = await importFiles(makeFixturePorts(), [fileOf('mine.csv', realFile('us_daily.csv.gz'))]);
    expect(report.files).toMatchObject([{ status: 'refused', code: 'other_market', stored: 0 }]);
  });
});
