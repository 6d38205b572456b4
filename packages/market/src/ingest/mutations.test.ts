import { fromEpochDay } from '@aion/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileOf, makeFixturePorts } from '../../test/fixture-ports.ts';
import { loadCalendar } from '../calendar.ts';
import type { FileDefectCode, RowDefectCode } from '../defects.ts';
import { importFiles } from './import-files.ts';

const calendar = loadCalendar('NSE');
const SESSIONS = calendar.sessionDays.filter((day) => day > 19_000 && day < 20_400);

interface Row {
  symbol: string;
  date: string;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
}

const price = (ticks: number): string => (ticks / 20).toFixed(2);

/** Well-formed rows with unique keys, at least one. */
const cleanRows = fc
  .uniqueArray(
    fc.record({
      // Endings of series and exchanges are read as such: symbol-spelling.test.ts.
      symbol: fc.stringMatching(/^[A-Z][A-Z0-9&-]{1,9}$/).filter((text) => !/-[A-Z][A-Z0-9]$/.test(text)),
      day: fc.constantFrom(...SESSIONS),
      low: fc.integer({ min: 1, max: 200_000 }),
      rises: fc.tuple(fc.nat(5000), fc.nat(5000), fc.nat(5000)),
      volume: fc.nat(1_000_000_000),
    }),
    { minLength: 1, maxLength: 20, selector: ({ symbol, day }) => `${symbol} ${day}` },
  )
  .map((rows) =>
    rows.map(({ symbol, day, low, rises: [open, close, top], volume }): Row => ({
      symbol,
      date: fromEpochDay(day),
      open: price(low + open),
      close: price(low + close),
      high: price(low + Math.max(open, close) + top),
      low: price(low),
      volume: String(volume),
    })),
  );

const HEADER = 'symbol,date,open,high,low,close,volume';
const lineOf = ({ symbol, date, open, high, low, close, volume }: Row): string =>
  [symbol, date, open, high, low, close, volume].join(',');
const fileText = (lines: readonly string[]): string => `${HEADER}\n${lines.join('\n')}\n`;

/** Each spoils one row and names the reason that must be given. */
const ROW_MUTATIONS: Readonly<Record<string, { code: RowDefectCode; spoil: (row: Row) => string[] }>> = {
  'a field is missing': { code: 'columns', spoil: (row) => [lineOf(row).split(',').slice(0, 6).join(',')] },
  'a field too many': { code: 'columns', spoil: (row) => [`${lineOf(row)},7`] },
  'a lower-case symbol': { code: 'symbol', spoil: (row) => [lineOf({ ...row, symbol: `x${row.symbol}` })] },
  'no symbol': { code: 'symbol', spoil: (row) => [lineOf({ ...row, symbol: '' })] },
  'a date with two readings': {
    code: 'date',
    spoil: (row) => [lineOf({ ...row, date: `03-04-${row.date.slice(0, 4)}` })],
  },
  'the 31st of February': { code: 'date', spoil: (row) => [lineOf({ ...row, date: `${row.date.slice(0, 4)}-02-31` })] },
  'a word for a price': { code: 'number', spoil: (row) => [lineOf({ ...row, close: 'NaN' })] },
  'an empty price': { code: 'number', spoil: (row) => [lineOf({ ...row, low: '' })] },
  'a price with a thousands blank': { code: 'number', spoil: (row) => [lineOf({ ...row, open: `1 ${row.open}` })] },
  'a negative price': { code: 'price_range', spoil: (row) => [lineOf({ ...row, close: `-${row.close}` })] },
  'a price of zero': { code: 'price_range', spoil: (row) => [lineOf({ ...row, open: '0' })] },
  'an absurd price': { code: 'price_range', spoil: (row) => [lineOf({ ...row, high: '1e12' })] },
  'a negative volume': { code: 'volume_range', spoil: (row) => [lineOf({ ...row, volume: '-1' })] },
  'high below low': { code: 'ohlc_order', spoil: (row) => [lineOf({ ...row, high: row.low, low: `${row.high}1` })] },
  'low above the close': {
    code: 'ohlc_order',
    spoil: (row) => [lineOf({ ...row, low: `${Number(row.close) + 0.05}`, high: '900000' })],
  },
  'a date in the future': { code: 'future_date', spoil: (row) => [lineOf({ ...row, date: '2026-12-31' })] },
  'a Sunday': { code: 'no_session', spoil: (row) => [lineOf({ ...row, date: '2023-06-11' })] },
  'a holiday': { code: 'no_session', spoil: (row) => [lineOf({ ...row, date: '2023-08-15' })] },
  'the row again with another volume': {
    code: 'duplicate_conflict',
    spoil: (row) => [lineOf(row), lineOf({ ...row, volume: `${row.volume}1` })],
  },
};

/** A file of which no row is right is refused whole. */
const severalRows = cleanRows.filter(({ length }) => length > 1);

async function importText(content: string | Uint8Array) {
  const ports = makeFixturePorts();
  const report = await importFiles(ports, [fileOf('a.csv', content)]);
  return { ports, file: report.files[0]! };
}

describe('INGEST', () => {
  it('finds no fault with clean rows, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(cleanRows, async (rows) => {
        const { file } = await importText(fileText(rows.map(lineOf)));
        expect(file).toMatchObject({ status: 'imported', stored: rows.length, duplicates: 0, quarantined: {} });
      }),
    );
  });

  it('counts rows that are repeated unchanged and stores them once', async () => {
    await fc.assert(
      fc.asyncProperty(cleanRows, fc.nat(), async (rows, pick) => {
        const again = rows[pick % rows.length]!;
        const { file } = await importText(fileText([...rows, again, again].map(lineOf)));
        expect(file).toMatchObject({ stored: rows.length, duplicates: 2, quarantined: {} });
      }),
    );
  });

  for (const [name, { code, spoil }] of Object.entries(ROW_MUTATIONS)) {
    it(`sets aside exactly the spoilt row: ${name} → ${code}`, async () => {
      await fc.assert(
        fc.asyncProperty(severalRows, fc.nat(), async (rows, pick) => {
          const spoilt = pick % rows.length;
          const lines = rows.flatMap((row, index) => (index === spoilt ? spoil(row) : [lineOf(row)]));
          const { file } = await importText(fileText(lines));
          const bad = lines.length - rows.length + 1;
          expect(file).toMatchObject({ status: 'imported', stored: rows.length - 1, quarantined: { [code]: bad } });
          expect(Object.keys(file.quarantined)).toEqual([code]);
        }),
        { numRuns: 40 },
      );
    });
  }

  const FILE_MUTATIONS: Readonly<
    Record<string, { codes: readonly FileDefectCode[]; spoil: (text: string, at: number) => string }>
  > = {
    'a NUL byte': { codes: ['binary'], spoil: (text, at) => `${text.slice(0, at)}\0${text.slice(at)}` },
    'cut off inside its last row': {
      codes: ['truncated'],
      spoil: (text) => text.slice(0, text.lastIndexOf(',')),
    },
    'a letter of its header lost': {
      codes: ['unknown_header'],
      spoil: (text, at) => `${text.slice(0, at % 30)}${text.slice((at % 30) + 1)}`,
    },
    'an adjusted close': { codes: ['adjusted'], spoil: (text) => text.replace('volume', 'volume,adj_close') },
    'a row before the calendar begins': {
      codes: ['outside_calendar'],
      spoil: (text) => `${text}OLD,1995-01-04,1,1,1,1,1\n`,
    },
  };

  for (const [name, { codes, spoil }] of Object.entries(FILE_MUTATIONS)) {
    it(`refuses the file and stores nothing of it: ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(cleanRows, fc.nat(), async (rows, pick) => {
          const text = fileText(rows.map(lineOf));
          const { file, ports } = await importText(spoil(text, pick % text.length));
          expect(codes).toContain(file.code);
          expect(file).toMatchObject({ status: 'refused', stored: 0 });
          expect([...ports.stored.keys()].filter((key) => key.startsWith('lake/'))).toEqual([]);
        }),
        { numRuns: 40 },
      );
    });
  }

  it('survives any bytes: whatever comes in, each row is accounted for', async () => {
    await fc.assert(
      fc.asyncProperty(cleanRows, fc.uint8Array({ maxLength: 40 }), fc.nat(), async (rows, noise, pick) => {
        const bytes = new TextEncoder().encode(fileText(rows.map(lineOf)));
        const at = pick % bytes.length;
        const mixed = Uint8Array.from([...bytes.subarray(0, at), ...noise, ...bytes.subarray(at)]);
        const { file } = await importText(mixed);
        const aside = Object.values(file.quarantined).reduce((sum, count) => sum + count, 0);
        expect(file.stored + file.duplicates + aside).toBe(file.rows);
      }),
      { numRuns: 300 },
    );
  });
});
