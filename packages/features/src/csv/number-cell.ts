const MISSING = new Set(['', 'nan', 'null', 'na', 'n/a', '-']);
/** Commas between thousands, or lakhs and crores: the last group has three digits. A decimal comma is none of these. */
const GROUPED = /^[+-]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?$/;

/** The number in a cell; NaN where a value is missing; undefined for what is no number. */
export function readNumberCell(cell: string): number | undefined {
  const plain = Number(cell);
  if (Number.isFinite(plain) && cell !== '') return plain;
  if (MISSING.has(cell.toLowerCase())) return Number.NaN;
  return GROUPED.test(cell) ? Number(cell.replaceAll(',', '')) : undefined;
}
