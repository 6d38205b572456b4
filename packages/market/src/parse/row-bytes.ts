// The bytes that part a file into rows and fields, and what stands between them.

export const COMMA = 44;
export const LF = 10;
export const CR = 13;
export const BLANK = 32;

/** Bytes [start, end) as text, without blanks around it. */
export const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  new TextDecoder().decode(bytes.subarray(start, end)).trim();

/** Where the field that begins or goes on at `at` ends: at its comma or the end of its line. */
export function fieldEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (bytes[end] !== COMMA && bytes[end] !== LF) end++;
  return end;
}

/** The columns of a line: one more than its commas. */
export function columnsOf(bytes: Uint8Array, start: number, end: number): number {
  let columns = 1;
  for (let at = start; at < end; at++) if (bytes[at] === COMMA) columns++;
  return columns;
}

/** Whether a line ends in a comma with nothing but blanks behind it. */
export function isEmptyLast(bytes: Uint8Array, lineEnd: number): boolean {
  let at = lineEnd - 1;
  while (bytes[at] === CR || bytes[at] === BLANK) at--;
  return bytes[at] === COMMA;
}
