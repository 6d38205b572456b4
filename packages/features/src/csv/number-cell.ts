import { readNumber } from '@aion/market';

const MISSING = new Set(['', 'nan', 'null', 'na', 'n/a', '-']);

/** The number in a cell; NaN where a value is missing; undefined for what is no number. */
export const readNumberCell = (cell: string, currency: string): number | undefined =>
  readNumber(cell, currency) ?? (MISSING.has(cell.toLowerCase()) ? Number.NaN : undefined);
