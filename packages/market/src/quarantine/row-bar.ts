import { isTicker } from '@aion/core';
import { OHLCV_COLUMNS } from '../bar-columns.ts';
import { type BarTable, makeBarTable } from '../bars.ts';
import type { ExchangeCalendar } from '../calendar.ts';
import type { RowDefectCode } from '../defects.ts';
import { BEFORE_1970, messageOf } from '../parse/bars-file-defects.ts';
import { makeTextTimes } from '../parse/file-times.ts';
import { readNumber } from '../parse/number-text.ts';
import { readSpelling } from '../parse/symbol-spelling.ts';

/** A row whose fields are all there. */
export type WholeRow = Readonly<
  Record<'symbol' | 'open' | 'high' | 'low' | 'close' | 'volume', string> &
    (Record<'date', string> | Record<'datetime', string>)
>;

/** A row as the one bar that it says, or in words what of it cannot be read: each field is read as those of a plain file are. */
export function toBar(row: WholeRow, calendar: ExchangeCalendar): BarTable | string {
  const unread = (code: RowDefectCode, field: string): string => messageOf(code, field, 0, 0);
  const spelling = readSpelling(row.symbol, calendar.exchange);
  if (spelling.kind === 'other_exchange') return unread('other_exchange', 'symbol');
  if (spelling.kind === 'series') return `it is of the series ${spelling.series}; of NSE's series EQ is imported`;
  if (!isTicker(spelling.symbol)) return unread('symbol', 'symbol');
  const isIntraday = 'datetime' in row;
  const table = makeBarTable([spelling.symbol], 1, isIntraday);
  const time = isIntraday ? row.datetime : row.date;
  const times = makeTextTimes(time, calendar);
  const [day, minute] = isIntraday ? times.minuteOf(time) : [times.dayOf(time), 0];
  if (day < 0) return times.isBefore1970(time) ? BEFORE_1970 : unread('date', isIntraday ? 'datetime' : 'date');
  table.sessionDay[0] = day;
  table.openMinute?.fill(minute);
  for (const column of OHLCV_COLUMNS) {
    const field = column === 'volumeShares' ? 'volume' : column;
    const value = readNumber(row[field], calendar.currency);
    if (value === undefined) return unread('number', field);
    table[column][0] = value;
  }
  return table;
}
