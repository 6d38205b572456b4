/** A cell of a file with its line. */
export interface CellText {
  readonly line: number;
  readonly text: string;
}
export type DateOrder = 'day_first' | 'month_first';

/** What all dates of a file together say about the order of their parts. */
export type OrderProof =
  /** A part above 12 shows it. */
  | { readonly kind: 'proved'; readonly order: DateOrder }
  /** Could be either. */
  | { readonly kind: 'open'; readonly example: CellText }
  /** No date of the file has two readings. */
  | { readonly kind: 'none_needed' }
  | { readonly kind: 'contradiction'; readonly message: string };

/** A day and a month in numbers, whichever stands first, and a year. */
export const YEAR_LAST = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:[T ,]\s*(\S.*))?$/;

/** One decision for a file: its dates were written by one hand. */
export function proveDateOrder(texts: readonly CellText[]): OrderProof {
  let day: CellText | undefined;
  let month: CellText | undefined;
  let open: CellText | undefined;
  for (const one of texts) {
    const parts = YEAR_LAST.exec(one.text);
    if (parts === null) continue;
    const [first, second] = [Number(parts[1]), Number(parts[2])];
    if (first === second) continue;
    if (first > 12 && second <= 12) day ??= one;
    else if (second > 12 && first <= 12) month ??= one;
    else if (first <= 12 && second <= 12) open ??= one;
  }
  if (day !== undefined && month !== undefined)
    return {
      kind: 'contradiction',
      message: `the dates of the file contradict each other: "${day.text}" on line ${day.line} has the day first, "${month.text}" on line ${month.line} the month; write them as YYYY-MM-DD`,
    };
  if (day !== undefined) return { kind: 'proved', order: 'day_first' };
  if (month !== undefined) return { kind: 'proved', order: 'month_first' };
  return open === undefined ? { kind: 'none_needed' } : { kind: 'open', example: open };
}
