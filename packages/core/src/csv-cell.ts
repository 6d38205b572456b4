const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** What a spreadsheet begins a formula with, also in full width, and the blanks that it skips before one. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * A text as a cell of a CSV file (RFC 4180): quoted where it must be, and led by an apostrophe where a spreadsheet would run it as a
 * formula. A plain number, also a negative one, stays a number.
 *
 * @example csvCell('Tata, Sons') // '"Tata, Sons"'
 * @example csvCell('=1+1') // "'=1+1"
 */
export function csvCell(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
