import { type Exchange } from '@aion/core';
import { describe, expect, it } from 'vitest';
import { fileOf, makeFixturePorts } from '../../test/fixture-ports.ts';
import { bars, clockOf, imported } from '../../test/intraday-file.ts';
import { loadCalendar } from '../calendar.ts';
import { readManifest } from '../lake/manifest.ts';
import { readIntraday, readTable } from '../lake/read.ts';
import { dailyFromMinutes } from './daily-from-minutes.ts';
import { importFiles } from './import-files.ts';

const days = async (lines: readonly string[]) => {
  const { ports } = await imported(lines);
  const table = await readTable(ports, await readManifest(ports, 'NSE', 'minute'));
  return dailyFromMinutes(table, 1, loadCalendar('NSE'));
};

describe('an intraday file', () => {
  it.each([
    ['UTC', 'NSE', '03:45', '10:00'],
    ['Singapore', 'NSE', '11:45', '18:00'],
    ['India', 'US', '20:00', '23:59'],
  ] as const)('on the clock of %s is refused whole for %s', async (_zone, market, from, to) => {
    const lines = ['2024-01-16', '2024-01-17', '2024-01-18'].flatMap((date) => bars(date, from, to));
    const { file, report } = await imported(lines, market);
    expect(file).toMatchObject({ status: 'refused', code: 'shifted_clock', stored: 0 });
    expect(file.why).toMatch(/offset/);
    expect(report.stored).toBe(0);
  });

  it.each([
    ['pre-open prints', 'NSE', ['2024-01-15', '2024-01-16', '2024-01-17'], '09:07', '09:09', '09:15', '15:30'],
    ['bars behind the close', 'NSE', ['2024-01-15', '2024-01-16', '2024-01-17'], '15:40', '16:00', '09:15', '15:30'],
    ['hours before and behind', 'US', ['2024-01-16', '2024-01-17', '2024-01-18'], '04:00', '09:30', '09:30', '20:00'],
  ] as const)('with %s is on the clock of %s all the same', async (_what, market, dates, from, to, open, close) => {
    const lines = dates.flatMap((date) => [...bars(date, from, to), ...bars(date, open, close)]);
    const { file } = await imported(lines, market);
    expect([file.status, file.stored]).toEqual(['imported', dates.length * (market === 'NSE' ? 375 : 390)]);
  });

  it('of a share that trades rarely is not judged by one early print', async () => {
    const trades = Array.from({ length: 54 }, (_, i) => {
      const minute = 555 + ((i * 97) % 370);
      return `ABC,2024-01-${15 + (i % 5)} ${clockOf(minute)},100,102,98,101,10`;
    });
    const { file } = await imported([
      ...new Set([...trades, 'ABC,2024-01-15 09:08,100,102,98,101,10']),
      ...bars('2024-01-15', '10:00', '10:02', { symbol: 'XYZ' }),
    ]);
    expect(file.status).toBe('imported');
  });

  it('of which one share alone is on another clock is refused, and names it', async () => {
    const dates = ['2024-01-15', '2024-01-16', '2024-01-17'];
    const good = dates.flatMap((date) =>
      ['A', 'B', 'C', 'D'].flatMap((symbol) => bars(date, '09:15', '15:30', { symbol })),
    );
    const odd = dates.flatMap((date) => bars(date, '03:45', '10:00', { symbol: 'ODD' }));
    const { file } = await imported([...good, ...odd]);
    expect(file).toMatchObject({ code: 'shifted_clock', why: expect.stringMatching(/of ODD .* moved by 330 min/) });
  });

  it('on another clock is refused with one session too, when it is whole; a late or short one is not', async () => {
    expect((await imported(bars('2024-01-15', '03:45', '10:00'))).file.code).toBe('shifted_clock');
    expect((await imported(bars('2024-01-15', '11:00', '15:30'))).file.stored).toBe(270);
    expect((await imported(bars('2024-01-15', '09:15', '13:00'))).file.stored).toBe(225);
  });

  it.each(['+05:30', '+0530', ' +05:30', ':00+05:30', ':00.000+05:30'])(
    'with the offset %j is stored',
    async (suffix) => {
      const { ports, file } = await imported(bars('2024-01-15', '09:15', '15:30', { suffix }));
      expect(file.stored).toBe(375);
      const stored = await readIntraday(ports, await readManifest(ports, 'NSE', 'minute'));
      expect(stored.get('ABC')!.openTimeMs[0]).toBe(Date.parse('2024-01-15T09:15:00+05:30'));
    },
  );

  it('of instants in UTC is stored on the exchange’s clock, in summer and in winter', async () => {
    const summer = bars('2024-07-01', '13:30', '20:00', { suffix: 'Z' });
    const winter = bars('2024-01-16', '14:30', '21:00', { suffix: 'Z' });
    const { ports, file } = await imported([...winter, ...summer], 'US');
    expect(file.stored).toBe(780);
    const { openTimeMs } = (await readIntraday(ports, await readManifest(ports, 'US', 'minute'))).get('ABC')!;
    expect([openTimeMs[0], openTimeMs[390]]).toEqual([Date.UTC(2024, 0, 16, 14, 30), Date.UTC(2024, 6, 1, 13, 30)]);
  });

  it('with dates that could be read in two ways is refused', async () => {
    const lines = bars('03-04-2024', '09:15', '09:30');
    expect((await imported(lines)).file).toMatchObject({
      status: 'refused',
      code: 'nothing_usable',
      why: expect.stringMatching(/YYYY-MM-DD/),
    });
  });

  it('of hours on the clock’s grid is refused: joined, they would hold minutes of the next bar', async () => {
    const lines = ['2024-01-15', '2024-01-16'].flatMap((date) => bars(date, '09:00', '16:00', { step: 60 }));
    expect((await imported(lines)).file).toMatchObject({ status: 'refused', code: 'off_grid' });
  });

  it('of hours keeps the first bar of a Muhurat session, from when trading began', async () => {
    const regular = bars('2025-10-20', '09:15', '15:30', { step: 60 });
    const { ports, file } = await imported([...regular, ...bars('2025-10-21', '13:15', '14:45', { step: 60 })]);
    expect(file).toMatchObject({
      stored: 9,
      quarantined: {},
      why: expect.stringMatching(/^stored from when trading began, in short sessions: 1 of its bars/),
    });
    const { openTimeMs } = (await readIntraday(ports, await readManifest(ports, 'NSE', 'hourly'))).get('ABC')!;
    expect([...openTimeMs.slice(-2)]).toEqual([
      Date.parse('2025-10-21T13:45:00+05:30'),
      Date.parse('2025-10-21T14:15:00+05:30'),
    ]);
  });

  it('of a session with a pause has nothing set aside but bars of the pause', async () => {
    const drill = [...bars('2024-03-02', '09:15', '10:00'), ...bars('2024-03-02', '11:30', '12:30')];
    expect((await imported(drill)).file).toMatchObject({ stored: 105, quarantined: {} });
    const filled = [...drill, ...bars('2024-03-02', '10:00', '10:10')];
    expect((await imported(filled)).file).toMatchObject({ stored: 105, quarantined: { no_session: 10 } });
  });
});

describe('the days of minutes', () => {
  it('are made of a session with a pause', async () => {
    const made = await days([...bars('2024-03-02', '09:15', '10:00'), ...bars('2024-03-02', '11:30', '12:30')]);
    expect([made.table.close.length, made.incomplete]).toEqual([1, 0]);
  });

  it('close with the print of the closing auction', async () => {
    const print = 'ABC,2026-08-03 15:32,110,110,110,110,5000';
    const made = await days([...bars('2026-08-03', '09:15', '15:15'), print]);
    expect(made.leftOut).toEqual({ coverage: 0, opening: 0, closing: 0 });
    expect([made.table.close[0], made.table.high[0], made.table.volumeShares[0]]).toEqual([110, 110, 8600]);
  });

  it('close with that print where it is stamped with the end of the auction, and only where it is one', async () => {
    const day = bars('2026-08-03', '09:15', '15:15');
    const made = await days([...day, 'ABC,2026-08-03 15:35,110,110,110,110,5000']);
    expect([made.table.close[0], made.incomplete]).toEqual([110, 0]);
    const setAside = async (...lines: string[]): Promise<unknown> => (await imported(lines)).file.quarantined;
    // Beside another print, with a range of prices, and of a share that traded on to 15:30 it is something else.
    const flat = 'ABC,2026-08-03 15:35,110,110,110,110,5000';
    expect(await setAside(...day, 'ABC,2026-08-03 15:32,109,109,109,109,5000', flat)).toEqual({ no_session: 1 });
    expect(await setAside(...day, 'ABC,2026-08-03 15:35,110,111,110,110,5000')).toEqual({ no_session: 1 });
    expect(await setAside(...bars('2026-08-03', '09:15', '15:30'), flat)).toEqual({ no_session: 1 });
    // Before there was an auction nothing traded then.
    expect(await setAside(...bars('2026-07-31', '09:15', '15:30'), flat.replace('08-03', '07-31'))).toEqual({
      no_session: 1,
    });
  });

  it('of a share with derivatives are left out without that print, whatever else is there', async () => {
    expect((await days(bars('2026-08-03', '09:15', '15:15'))).leftOut.closing).toBe(1);
    // The same bars were a short day before there was an auction.
    expect((await days(bars('2026-07-31', '09:15', '15:15'))).leftOut.closing).toBe(1);
  });

  it('of a share without derivatives close at 15:30', async () => {
    expect((await days(bars('2026-08-03', '09:15', '15:30'))).table.close).toHaveLength(1);
    expect((await days(bars('2026-08-03', '09:15', '15:24'))).leftOut.closing).toBe(1);
  });
});

describe('a plain file', () => {
  it('with the endings of vendors is of one share, says so, and leaves other exchanges and series out', async () => {
    const row = (symbol: string, date: string) => `${symbol},${date},10,11,9,10,100`;
    const lines = [
      row('SBIN', '2024-01-15'),
      row('SBIN.NS', '2024-01-15'),
      row('SBIN-EQ', '2024-01-16'),
      row('SBIN.BO', '2024-01-16'),
      row('SBIN-BE', '2024-01-16'),
      row('NSE:SBIN', '2024-01-17'),
      row('BSE:SBIN', '2024-01-17'),
      row('IRFC-N2', '2024-01-17'),
      row('BAJAJ-AUTO', '2024-01-16'),
    ];
    const ports = makeFixturePorts();
    const text = `symbol,date,open,high,low,close,volume\n${lines.join('\n')}\n`;
    const report = await importFiles(ports, [fileOf('plain.csv', text)], { market: 'NSE' });
    expect(report.files[0]).toMatchObject({
      stored: 4,
      duplicates: 1,
      quarantined: { other_exchange: 2 },
      skippedBySeries: { BE: 1, N2: 1 },
      why: 'spellings of symbols are read as one: SBIN.NS as SBIN',
    });
    expect((await readManifest(ports, 'NSE', 'daily')).symbols).toEqual(['BAJAJ-AUTO', 'SBIN']);
  });
});

describe('the size of bars', () => {
  it('is told whatever the order of the rows, and of shares that trade rarely', async () => {
    const day = bars('2024-01-15', '09:15', '15:30');
    expect((await imported(day.toReversed())).file.stored).toBe(375);
    const other = bars('2024-01-15', '09:15', '15:30', { symbol: 'XYZ' });
    expect((await imported(day.flatMap((line, i) => [line, other[i]!]))).file.stored).toBe(750);
    const fives = (keep: (i: number) => boolean): string[] =>
      bars('2024-01-15', '09:15', '15:30', { step: 5 }).filter((_, i) => keep(i));
    for (const keep of [(i: number) => i % 2 === 0 || i % 7 === 0, (i: number) => i % 3 === 0 || i % 10 === 0]) {
      const { ports, file } = await imported(fives(keep));
      expect(file.status).toBe('imported');
      expect((await readManifest(ports, 'NSE', 'five-minute')).symbols).toEqual(['ABC']);
    }
    const rare = day.filter((_, i) => (i * i) % 11 === 3);
    expect((await readManifest((await imported(rare)).ports, 'NSE', 'minute')).symbols).toEqual(['ABC']);
  });
});

describe('a file of which parts are none of ours', () => {
  const HEAD = 'symbol,date,open,high,low,close,volume';
  const one = async (text: string, market: Exchange = 'NSE') =>
    (await importFiles(makeFixturePorts(), [fileOf('plain.csv', text)], { market })).files[0]!;

  it('has its bonds and its rows of other exchanges left out, by their columns', async () => {
    const series = `${HEAD},series\nA,2024-01-15,9,11,8,10,5,EQ\nA,2024-01-16,3,3,3,3,5,N3\nA,2024-01-17,9,11,8,10,5,EQ\n`;
    expect(await one(series)).toMatchObject({ stored: 2, skippedBySeries: { N3: 1 } });
    const exchange = `${HEAD},exchange\nA,2024-01-15,9,11,8,10,5,NSE\nA,2024-01-15,9,11,8,9,5,BSE\n`;
    expect(await one(exchange)).toMatchObject({ stored: 1, quarantined: { other_exchange: 1 } });
  });

  it('and holds nothing else is refused', async () => {
    const bonds = `${HEAD},series\nA,2024-01-16,3,3,3,3,5,N3\n`;
    expect(await one(bonds)).toMatchObject({
      status: 'refused',
      code: 'nothing_usable',
      why: expect.stringMatching(/N3/),
    });
  });

  it('is not refused for closed days that its source filled', async () => {
    const days = Array.from({ length: 300 }, (_, i) => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10));
    let close = 100;
    const rows = days.map((date) => {
      if (loadCalendar('NSE').isSession(date)) close += 1;
      return `A,${date},${close},${close + 1},${close - 1},${close},10`;
    });
    const file = await one(`${HEAD}\n${rows.join('\n')}\n`);
    expect(file.status).toBe('imported');
    expect(file.quarantined.forward_filled).toBeGreaterThan(80);
  });

  it('is asked about when weekends have bars of their own', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => {
      const date = new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
      return `A,${date},${100 + i},${101 + i},${99 + i},${100 + i},10`;
    });
    expect(await one(`${HEAD}\n${rows.join('\n')}\n`)).toMatchObject({ status: 'refused', code: 'many_defects' });
  });
});

describe('a bhavcopy that was cut in its last row', () => {
  const CM = 'SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,';
  const ROW = ',9,11,8,10,10,10,5,50,15-JAN-2024,3,INE148I01020,';
  const SEC =
    'SYMBOL, SERIES, DATE1, PREV_CLOSE, OPEN_PRICE, HIGH_PRICE, LOW_PRICE, LAST_PRICE, CLOSE_PRICE, AVG_PRICE, TTL_TRD_QNTY, TURNOVER_LACS, NO_OF_TRADES, DELIV_QTY, DELIV_PER';
  const DELIVERY = ', EQ, 15-Jan-2024, 10, 9, 11, 8, 10, 10, 10, 5, 0.01, 3, 2, 45.67';
  const OLD = CM.split(',').slice(0, 11).join(',');
  const OLD_ROW = ',9,11,8,10,10,10,5,50,15-JAN-2024';

  it.each([
    ['cm', CM, `A,EQ${ROW}`, `B,EQ${ROW}`],
    ['cm, of another series', CM, `A,EQ${ROW}`, `B,N3${ROW}`],
    ['cm of before 2011', OLD, `A,EQ${OLD_ROW}`, `B,EQ${OLD_ROW}`],
    ['cm of before 2011, of another series', OLD, `A,EQ${OLD_ROW}`, `B,N3${OLD_ROW}`],
    ['sec_bhavdata_full', SEC, `A${DELIVERY}`, `B${DELIVERY}`],
  ])('is refused wherever that was: %s', async (_layout, header, first, last) => {
    const read = async (text: string) =>
      (await importFiles(makeFixturePorts(), [fileOf('bhav.csv', text)], { market: 'NSE' })).files[0]!;
    expect((await read(`${header}\n${first}\n${last}`)).status).toBe('imported');
    expect((await read(`${header}\n${first}\n${last}\n`)).status).toBe('imported');
    let cuts = 0;
    for (let at = 1; at < last.length; at++, cuts++)
      expect([at, (await read(`${header}\n${first}\n${last.slice(0, at)}`)).code]).toEqual([at, 'truncated']);
    expect(cuts).toBeGreaterThan(30);
  });
});
