import type { QuarantinedRow, RowReviewRequest } from '@aion/contracts';

/** The fields of a bar that a release may correct, in the order of the plain layout's header. */
export const ROW_FIELDS = ['symbol', 'date', 'open', 'high', 'low', 'close', 'volume'] as const;
export type RowField = (typeof ROW_FIELDS)[number];
export type RowValues = Record<RowField, string>;

/** Where the fields stand in the layouts that the exchange publishes; a row is recognised by its length and its date. */
const LAYOUTS: readonly { readonly cells: readonly number[]; readonly at: readonly number[] }[] = [
  // SYMBOL,SERIES,DATE1,PREV_CLOSE,OPEN_PRICE,HIGH_PRICE,LOW_PRICE,LAST_PRICE,CLOSE_PRICE,AVG_PRICE,TTL_TRD_QNTY,…
  { cells: [15], at: [0, 2, 4, 5, 6, 8, 10] },
  // SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,
  { cells: [13, 14], at: [0, 10, 2, 3, 4, 5, 8] },
  // UDiFF: TradDt … TckrSymb … OpnPric,HghPric,LwPric,ClsPric … TtlTradgVol
  { cells: [34], at: [7, 0, 14, 15, 16, 17, 24] },
  // symbol,date,open,high,low,close,volume, and what may follow
  { cells: [7, 8, 9], at: [0, 1, 2, 3, 4, 5, 6] },
];

const DATE = /^(\d{4}-\d{2}-\d{2}|\d{1,2}-[A-Za-z]{3}-\d{4})$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * The fields as the row holds them, as far as they can be read; '' where they cannot. A row of no known layout gives what
 * is known about it otherwise. This fills a form: what the row says counts on the server.
 */
export function readRowFields(row: Pick<QuarantinedRow, 'row' | 'symbol' | 'sessionDate'>): RowValues {
  const cells = row.row?.split(',').map((cell) => cell.trim()) ?? [];
  const layout = LAYOUTS.find(({ cells: lengths, at }) => lengths.includes(cells.length) && fits(cells, at));
  const read = ROW_FIELDS.map((_, index) => cells[layout?.at[index] ?? -1] ?? '');
  const [symbol = '', date = '', open = '', high = '', low = '', close = '', volume = ''] = read;
  return {
    symbol: symbol === '' ? (row.symbol ?? '') : symbol,
    date: date === '' ? (row.sessionDate ?? '') : isoDate(date),
    ...{ open, high, low, close, volume },
  };
}

/** A damaged row may have one unreadable field; its date or most of its numbers still tell the layout. */
function fits(cells: readonly string[], at: readonly number[]): boolean {
  const [symbolAt = -1, dateAt = -1, ...numbersAt] = at;
  const numbers = numbersAt.filter((index) => Number.isFinite(Number(cells[index] || Number.NaN))).length;
  return /[A-Za-z]/.test(cells[symbolAt] ?? '') && (DATE.test(cells[dateAt] ?? '') ? numbers >= 2 : numbers >= 4);
}

function isoDate(text: string): string {
  const [day = '', month = '', year = ''] = text.split('-');
  const at = MONTHS.indexOf(month.toLowerCase());
  return at === -1 ? text : `${year}-${String(at + 1).padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** Only what was changed: the server lays it over the row as it stood in the file. */
export function changedFields(before: RowValues, after: RowValues): RowReviewRequest['corrections'] {
  const changed = ROW_FIELDS.filter((field) => after[field].trim() !== '' && after[field].trim() !== before[field]);
  return Object.fromEntries(changed.map((field) => [field, after[field].trim()]));
}
