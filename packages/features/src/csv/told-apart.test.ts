import { fromEpochDay } from '@aion/core';
import { loadCalendar } from '@aion/market';
import { describe, expect, it } from 'vitest';
import { featuresCsv } from './features-csv.ts';
import { readBarsCsv } from './read-bars.ts';

const calendar = loadCalendar('NSE');
/** Trading days of 2024 from 1 January on, one a row. */
const DAYS = Array.from({ length: 25 }, (_, i) => `2024-01-${String(i + 1).padStart(2, '0')}`);
const bar = (price: number): string => `${price},${price + 1},${price - 1},${price},1000`;
const csv = (header: string, rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`;
const lastOf = (text: string, options = {}): string[] =>
  [...featuresCsv(readBarsCsv(text, calendar, options), ['sma10']).lines()].at(-1)!.trimEnd().split(',');

describe('rows that a column tells apart', () => {
  const mixed = DAYS.flatMap((day, i) => [`${day},EQ,${bar(4000 + i)},BISCUITCO`, `${day},N3,${bar(30)},BISCUITCO`]);
  const header = 'DATE,SERIES,OPEN,HIGH,LOW,CLOSE,VOLUME,SYMBOL';

  it('by their series are one series: shares unless another is named', () => {
    const read = readBarsCsv(csv(header, mixed), calendar);
    expect(read.usedRows).toBe(25);
    expect(read.notes.join()).toMatch(/other series than EQ .*N3 25; --series/);
    expect(read.instruments[0]!.series.close.at(-1)).toBe(4024);
    expect(readBarsCsv(csv(header, mixed), calendar, { series: 'N3' }).instruments[0]!.series.close.at(-1)).toBe(30);
    expect(() => readBarsCsv(csv(header, mixed), calendar, { series: 'BE' })).toThrow(
      /column of series holds EQ, N3 and no BE/,
    );
    const bonds = mixed.filter((row) => row.includes(',N3,'));
    expect(readBarsCsv(csv(header, bonds), calendar).usedRows).toBe(25);
  });

  it.each(['ts_code', 'tic', 'Ticker', 'Trading Symbol'])('by the code in %s are two instruments', (name) => {
    const rows = DAYS.flatMap((day, i) => [`${day},A,${bar(100 + i)}`, `${day},B,${bar(900 + i)}`]);
    const { instruments, defects } = readBarsCsv(csv(`date,${name},open,high,low,close,volume`, rows), calendar);
    expect(instruments.map(({ symbol, rows: own }) => `${symbol} ${own.length}`)).toEqual(['A 25', 'B 25']);
    expect(defects.filter(({ message }) => message.includes('same time'))).toEqual([]);
  });

  it('by a column that nobody knows are refused, and the column is named', () => {
    const rows = DAYS.flatMap((day, i) => [`${day},alpha,${bar(100 + i)}`, `${day},beta,${bar(900 + i)}`]);
    expect(() => readBarsCsv(csv('date,firm,open,high,low,close,volume', rows), calendar)).toThrow(
      /told apart by the column firm \(alpha, beta/,
    );
  });

  it('by an ending that only names the exchange are one share, and those of another exchange are left out', () => {
    const names = ['RELIANCE', 'RELIANCE.NS', 'RELIANCE-EQ', 'BAJAJ-AUTO', 'BRK.B'];
    const rows = [...names.map((name, i) => `${name},${DAYS[i]},${bar(100)}`), `RELIANCE.BO,${DAYS[6]},${bar(50)}`];
    const read = readBarsCsv(csv('symbol,date,open,high,low,close,volume', rows), calendar);
    expect(read.instruments.map(({ symbol, rows: own }) => `${symbol} ${own.length}`)).toEqual([
      'RELIANCE 3',
      'BAJAJ-AUTO 1',
      'BRK.B 1',
    ]);
    expect(read.notes.join()).toContain('RELIANCE.NS is RELIANCE, RELIANCE-EQ is RELIANCE');
    expect(read.defects.map(({ message }) => message).join()).toMatch(/RELIANCE\.BO is a share of another exchange/);
  });
});

describe('the order of the rows', () => {
  it.each(['Trade Date', 'trade_date', 'TRADEDATE', 'Timestamp (UTC)', 'Day'])(
    'is that of the dates under "%s", newest first too',
    (name) => {
      const rows = DAYS.map((day, i) => `${day},${bar(100 + i)}`).toReversed();
      const text = csv(`${name},open,high,low,close,volume`, rows);
      const lines = [...featuresCsv(readBarsCsv(text, calendar), ['sma10']).lines()].map((line) =>
        line.trimEnd().split(','),
      );
      // The key column is in the output, and the oldest ten days make the first value.
      expect(lines[0]).toEqual([name, 'sma10']);
      expect(lines.findLast((cells) => cells[1] !== '')).toEqual([DAYS[9], '104.5']);
    },
  );

  it('that nothing proves is refused, unless whoever gives the file says it', () => {
    const rows = DAYS.map((_, i) => bar(100 + i));
    const text = csv('open,high,low,close,volume', rows);
    expect(() => readBarsCsv(text, calendar)).toThrow(/order of the file's rows is not proved.*--oldest-first/);
    expect(lastOf(text, { oldestFirst: true })).toEqual(['119.5']);
    const odd = csv(
      'when,open,high,low,close,volume',
      DAYS.map((day, i) => `${day},${bar(100 + i)}`),
    );
    expect(() => readBarsCsv(odd, calendar)).toThrow(
      /its column when holds dates under a name that is not known; name it date/,
    );
  });
});

describe('dates as files write them', () => {
  it.each([
    ['2022.10.10 00:00:00', '2022-10-10'],
    ['202401151530', '2024-01-15'],
    ['20240115153000', '2024-01-15'],
    ['15.01.2024', '2024-01-15'],
    ['15 Jan 2024', '2024-01-15'],
    ['1962-01-02', '1962-01-02'],
    ['02-JAN-1969', '1969-01-02'],
    ['1969-12-31', '1969-12-31'],
  ] as const)('%s', (written, date) => {
    const read = readBarsCsv(csv('date,open,high,low,close,volume', [`${written},${bar(100)}`]), calendar);
    expect(read.usedRows).toBe(1);
    const [{ series }] = read.instruments as [(typeof read.instruments)[number]];
    expect(fromEpochDay(series.sessionDay[0]!)).toBe(date);
  });

  it.each(['202413151530', '202401152530', '20240115153', '01-Jan-24', '1/2/24', '1799-01-01', '2024-02-30'])(
    '%s is none',
    (written) => {
      const read = readBarsCsv(csv('date,open,high,low,close,volume', [`${written},${bar(100)}`]), calendar);
      expect(read.usedRows).toBe(0);
      expect(read.defects.map(({ message }) => message).join()).toContain('no date or time');
    },
  );
});
