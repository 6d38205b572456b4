import type { RowDefect } from '../defects.ts';

const LF = 10;
const ROW_BYTES = 600;

/** Gives each defect its row as it stands in the file, so that it can be looked at, corrected and released later. */
export function attachRows(bytes: Uint8Array, defects: readonly RowDefect[]): RowDefect[] {
  const wanted = new Map<number, string>();
  for (const { line, row } of defects) if (row === undefined) wanted.set(line, '');
  if (wanted.size === 0) return [...defects];
  const last = Math.max(...wanted.keys());
  const decoder = new TextDecoder();
  let start = 0;
  for (let line = 1; line <= last && start < bytes.length; line++) {
    const found = bytes.indexOf(LF, start);
    const end = found < 0 ? bytes.length : found;
    // A longer row is no row of bars; its beginning is enough to recognise it, and it cannot be released.
    if (wanted.has(line))
      wanted.set(line, decoder.decode(bytes.subarray(start, Math.min(end, start + ROW_BYTES))).trim());
    start = end + 1;
  }
  return defects.map((defect) => (defect.row === undefined ? { ...defect, row: wanted.get(defect.line)! } : defect));
}
