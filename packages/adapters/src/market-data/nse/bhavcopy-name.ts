import { compactDate, type SessionDate } from '@aion/core';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** First session whose bhavcopy has the unified layout only (SEBI's circular on UDiFF). */
const UDIFF_FROM = '2024-07-08';
/** Both were published for some months before. */
const UDIFF_TRIAL_FROM = '2024-01-01';

export interface BhavcopyPlace {
  readonly name: string;
  readonly path: string;
}

/** Where a session's bhavcopy lies, the likeliest place first. */
export function bhavcopyPlaces(date: SessionDate): readonly BhavcopyPlace[] {
  const month = MONTHS[Number(date.slice(5, 7)) - 1]!;
  const year = date.slice(0, 4);
  const udiffName = `BhavCopy_NSE_CM_0_0_0_${compactDate(date)}_F_0000.csv.zip`;
  const cmName = `cm${date.slice(8)}${month}${year}bhav.csv.zip`;
  const udiff = { name: udiffName, path: `/content/cm/${udiffName}` };
  const cm = { name: cmName, path: `/content/historical/EQUITIES/${year}/${month}/${cmName}` };
  if (date >= UDIFF_FROM) return [udiff];
  return date >= UDIFF_TRIAL_FROM ? [cm, udiff] : [cm];
}

/** The date of the first row of a bhavcopy in either layout, as YYYY-MM-DD; undefined when there is none. */
export function firstRowDate(text: string): SessionDate | undefined {
  const [header = '', row = ''] = text.split(/\r?\n/, 2);
  const at = header.split(',').findIndex((field) => /^\s*(TradDt|TIMESTAMP)\s*$/i.test(field));
  const value = at === -1 ? '' : (row.split(',')[at] ?? '').trim();
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  const [, day, name = '', year] = /^(\d{2})-([A-Za-z]{3})-(\d{4})$/.exec(value) ?? [];
  const month = MONTHS.indexOf(name.toUpperCase()) + 1;
  return month === 0 ? undefined : `${year}-${String(month).padStart(2, '0')}-${day}`;
}
