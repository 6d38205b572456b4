import { type FileDefect, MAX_ROW_DEFECTS, type RowDefectCode } from '../defects.ts';
import type { Layout } from './layout.ts';
import { LF } from './row-bytes.ts';
import type { TextFile } from './text.ts';

export const BEFORE_1970 =
  "the date lies before 1970, and the lake begins with the exchange's calendar; leave such rows out";

/** How the last field of a whole row looks, by its name: a file of the exchange that ends inside it was cut off. */
const LAST_FIELDS: Readonly<Record<string, RegExp>> = {
  ISIN: /^[A-Z0-9]{12}$/,
  TIMESTAMP: /^\d{2}-[A-Za-z]{3}-\d{4}$/,
  DELIV_PER: /^(-|\d{1,3}\.\d{2})$/,
};

/** A last row without its line end is whole only if it ends as the header and the other rows do. */
export function cutInLastRow({ bytes, header, bodyStart }: TextFile, { fields }: Layout): FileDefect | undefined {
  const row = new TextDecoder().decode(bytes.subarray(bytes.lastIndexOf(LF, bytes.length - 2) + 1)).trim();
  const cells = row.split(',').map((cell) => cell.trim());
  const endsInComma = header.trim().endsWith(',');
  const whole = cells.length >= fields.length && (!endsInComma || cells.at(-1) === '');
  const last = LAST_FIELDS[fields.at(-1)!.toUpperCase()];
  if (whole && (last === undefined || last.test(cells[fields.length - 1]!))) return undefined;
  const line = bytes.subarray(bodyStart).reduce((lines, byte) => lines + (byte === LF ? 1 : 0), 1);
  return truncated(line, Math.min(cells.length, fields.length), fields.length);
}

/** The file ends inside a row. */
export function truncated(line: number, found: number, expected: number): FileDefect {
  return {
    code: 'truncated',
    message: `the file is cut off in line ${line}, in column ${found} of ${expected}, and has no line end; download it again`,
  };
}

/** So few rows can be read that nothing of the file is believed. */
export function tooManyDefects(line: number): FileDefect {
  return {
    code: 'too_many_defects',
    message: `more than ${MAX_ROW_DEFECTS} rows up to line ${line} cannot be read; check the file's columns and try again`,
  };
}

/** What is wrong with a row, and what to do about it. */
export function messageOf(code: RowDefectCode, field: string, found: number, expected: number): string {
  switch (code) {
    case 'columns':
      return `expected ${expected} columns, found ${found}; correct the row and import the file again`;
    case 'symbol':
      return 'expected a symbol of capital letters, digits and & _ . -; correct it and import the file again';
    case 'other_exchange':
      return 'the row is of another exchange, whose prices are other ones; import it for its own market, or leave it out';
    case 'date':
      return `expected ${field} with one reading, as YYYY-MM-DD or 15-Jan-2024, with a time on a whole minute where bars are intraday; correct it and import the file again`;
    case 'unknown_series':
      return 'the series code is none the exchange is known to use; check the row, or have the series added';
    default:
      return `expected a number in ${field}; correct it and import the file again`;
  }
}
