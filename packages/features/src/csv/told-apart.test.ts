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

  /** Which of two instruments stands first changes by the day. */
  const alternating = DAYS.flatMap((day, i) => {
    const two = [`${day},532540,${bar(4000 + i)}`, `${day},500325,${bar(100 + i)}`];
    return i % 2 === 0 ? two : two.toReversed();
  });

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

  it.each(['Security Code', 'SC_CODE', 'Scrip Name', 'Name', 'ISIN'])(
    'by the numbers in %s are two instruments',
    (name) => {
      const { instruments } = readBarsCsv(csv(`date,${name},open,high,low,close,volume`, alternating), calendar);
      expect(instruments.map(({ symbol, rows: own }) => `${symbol} ${own.length}`)).toEqual(['532540 25', '500325 25']);
      expect(instruments.map(({ series }) => series.close.at(-1))).toEqual([4024, 124]);
    },
  );

  it('by numbers that nobody knows are refused: the column with the fewest codes is named, a turnover is none', () => {
    const rows = alternating.map((row, i) => `${row},${i * 17}`);
    expect(() => readBarsCsv(csv('date,token,open,high,low,close,volume,turnover', rows), calendar)).toThrow(
      /told apart by the column token \(532540, 500325/,
    );
  });

  it('by no column at all are refused, with two of the lines', () => {
    const rows = alternating.map((row) => row.replace(/,\d+/, ''));
    const header = 'date,open,high,low,close,volume';
    expect(() => readBarsCsv(csv(header, rows), calendar)).toThrow(
      /25 of 50 rows have an earlier row's time and other prices \(lines 2 and 3 close at 4000 and 100\).*no column/,
    );
    // The same bar again is no other instrument.
    const { usedRows, defects } = readBarsCsv(csv(header, [...rows.slice(0, 1), ...rows.slice(0, 1)]), calendar);
    expect({ usedRows, said: defects[0]?.message }).toEqual({
      usedRows: 1,
      said: expect.stringContaining('a bar of the same time stands on line 2'),
    });
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

  it('by the many spellings of a share are one share', () => {
    const names = ['sbin', 'SBIN.NSE', 'NSE:SBIN', 'SBIN-EQ.NS', 'SBIN_EQ', 'SBIN.EQ', 'NSE:SBIN-EQ'];
    const rows = names.map((name, i) => `${name},${DAYS[i]},${bar(100)}`);
    const { instruments } = readBarsCsv(csv('symbol,date,open,high,low,close,volume', rows), calendar);
    expect(instruments.map(({ symbol, rows: own }) => `${symbol} ${own.length}`)).toEqual(['SBIN 7']);
  });

  it('by another exchange or series in the name are left out beside the share, and said', () => {
    const names = ['SBIN', 'SBIN-BE', 'BSE:SBIN', 'SBIN.BSE', 'SUZLON-BE.NS', 'SUZLON-BZ'];
    const rows = names.flatMap((name, i) => DAYS.slice(0, 5).map((day) => `${name},${day},${bar(100 * (i + 1))}`));
    const text = csv('symbol,date,open,high,low,close,volume', rows);
    const of = (options: object) => {
      const { instruments, usedRows, notes, defects } = readBarsCsv(text, calendar, options);
      const found = instruments.map(({ symbol, rows: own, series }) => `${symbol} ${own.length} ${series.close[0]}`);
      return { found, usedRows, notes: notes.join(), defects: defects.map(({ message }) => message).join() };
    };
    const shares = of({});
    // A share of which there are other series alone is each of them, never their mixture.
    expect(shares.found).toEqual(['SBIN 5 100', 'SUZLON-BE 5 500', 'SUZLON-BZ 5 600']);
    expect(shares.usedRows).toBe(15);
    expect(shares.notes).toContain('rows of other series than EQ are left without values: BE 5;');
    expect(shares.defects).toContain('BSE:SBIN is a share of another exchange than NSE');
    expect(shares.defects).toContain('SBIN.BSE is a share of another exchange than NSE');
    expect(of({ series: 'BE' }).found).toEqual(['SBIN-BE 5 200', 'SUZLON-BE 5 500']);
  });
});

describe('rows with more cells than the header', () => {
  const header = 'date,open,high,low,close,volume';
  const rows = DAYS.map((day, i) => `${day},${bar(100 + i)}`);

  it('are refused when they are many: decimal commas without quotes move every price', () => {
    const commas = DAYS.map((day) => `${day},1.234,5,1.239,5,1.230,5,1.236,5,1000`);
    expect(() => readBarsCsv(csv(header, commas), calendar)).toThrow(
      /25 of 25 rows have more cells than the header has columns \(line 2: 10, header: 6\); quote/,
    );
    expect(() => readBarsCsv(csv(header, [...rows.slice(2), ...commas.slice(0, 2)]), calendar)).toThrow('2 of 25 rows');
  });

  it('are left without values when they are few; a comma at the end of a line is no cell', () => {
    const { usedRows, defects } = readBarsCsv(csv(header, [...rows.slice(1), `${rows[0]},7`]), calendar);
    expect(usedRows).toBe(24);
    expect(defects.map(({ line, message }) => `${line}: ${message}`)).toContain(
      '26: the row has 7 cells, the header 6; the row is left without values',
    );
    const ended = rows.map((row) => `${row},`);
    expect(readBarsCsv(csv(header, ended), calendar).usedRows).toBe(25);
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
    expect(() => readBarsCsv(odd.replace('when', ''), calendar)).toThrow(
      /its column \(the first, unnamed\) holds dates under a name that is not known; name it date/,
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
      const text = csv('date,open,high,low,close,volume', [`${written},${bar(100)}`]);
      expect(() => readBarsCsv(text, calendar)).toThrow(/none of the 1 rows is a bar.*line 2: .* no date or time/);
    },
  );
});
