import { describe, expect, it } from 'vitest';
import { loadCalendar } from '../calendar.ts';
import { parseBars } from '../parse/bars-file.ts';
import { detectLayout } from '../parse/layout.ts';
import { openText } from '../parse/text.ts';
import { toBar, type WholeRow } from './row-bar.ts';

const calendar = loadCalendar('NSE');
const DAILY = { symbol: 'ABC', date: '2024-10-25', open: '10', high: '12', low: '9', close: '11', volume: '100' };
const { date: _, ...PRICES } = DAILY;
const INTRADAY = { ...PRICES, datetime: '2024-10-25 09:20:00' };

/** What a plain file says of the row: its bar, or what of it cannot be read. */
function asFile(row: WholeRow) {
  const time = 'datetime' in row ? row.datetime : row.date;
  const cells = [row.symbol, time, row.open, row.high, row.low, row.close, row.volume];
  const header = `symbol,${'datetime' in row ? 'datetime' : 'date'},open,high,low,close,volume`;
  const text = openText(new TextEncoder().encode(`${header}\n${cells.join(',')}\n`));
  const match = detectLayout(header);
  if ('code' in text || match.kind !== 'bars') throw new Error('no file of bars');
  const parsed = parseBars(text, match.layout, calendar);
  if ('code' in parsed) throw new Error(parsed.message);
  return parsed.defects[0]?.message ?? parsed.table;
}

const NUMBERS = [
  '0',
  '-3.5',
  '+7',
  '1e3',
  '.5',
  '12.',
  '₹10',
  'Rs. 5/-',
  '10 USD',
  'x',
  'NaN',
  '1e999',
  '0.1',
  '123.45',
];
const LONG = ['1234567890123456', '0.30000000000000004', '9007199254740993'];
const SYMBOLS = ['M&M', 'BAJAJ-AUTO', 'SBIN.NS', 'NSE:SBIN', 'SBIN-EQ', 'SBIN.BO', 'abc', 'A B', '=CMD()', 'É'];
const DATES = [
  '15-Jan-2024',
  '20241025',
  '13-04-2024',
  '03-04-2024',
  '05-05-2024',
  '2024-02-30',
  '1969-12-31',
  'Oct 25 2024',
  'never',
];
const TIMES = [
  '2024-10-25 09:20',
  '2024-10-25T09:20:00+05:30',
  '202410250920',
  '1729828200',
  '2024-10-25 09:20:30',
  '2024-10-25',
  '03-04-2024 09:20',
];

describe('a row as a bar', () => {
  it.each([
    ...[...NUMBERS, ...LONG].flatMap((text) => [
      { ...DAILY, close: text },
      { ...INTRADAY, volume: text },
    ]),
    ...SYMBOLS.map((symbol) => ({ ...DAILY, symbol })),
    ...DATES.map((date) => ({ ...DAILY, date })),
    ...TIMES.map((datetime) => ({ ...INTRADAY, datetime })),
  ])('%j is read as a plain file is, to the last bit and the last word', (row) => {
    const asRow = toBar(row, calendar);
    expect(asRow).toEqual(asFile(row));
  });

  it('of another series is none, and says which series is imported', () => {
    expect(toBar({ ...DAILY, symbol: 'SUZLON-BE' }, calendar)).toMatch(/of the series BE; .*EQ is imported/);
  });
});
