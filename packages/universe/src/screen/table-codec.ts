import { AppError } from '@aion/core';
import { z } from 'zod';
import type { ScanTable } from '../rules/scan-table.ts';

const Header = z.strictObject({
  symbols: z.array(z.string()),
  columns: z.array(z.string()),
  /** Why a symbol did not pass the gates, in words; those that did are absent. */
  gates: z.record(z.string(), z.string()),
});

const LENGTH_BYTES = 8;
const aligned = (length: number): number => Math.ceil(length / 8) * 8;

/** A table as bytes: a header of JSON, then the figures now and before, then their reasons of absence, column by column. */
export function encodeScanTable(table: ScanTable, gates: Readonly<Record<string, string>>): Uint8Array {
  const { symbols, columns } = table;
  const header = new TextEncoder().encode(JSON.stringify({ symbols, columns, gates }));
  const cells = symbols.length * columns.length;
  const start = LENGTH_BYTES + aligned(header.length);
  const bytes = new Uint8Array(start + cells * 18);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, LENGTH_BYTES);
  const figures = new Float64Array(bytes.buffer, start, 2 * cells);
  columns.forEach((name, at) => {
    figures.set(table.now.get(name)!, at * symbols.length);
    figures.set(table.before.get(name)!, cells + at * symbols.length);
    bytes.set(table.absentNow.get(name)!, start + 16 * cells + at * symbols.length);
    bytes.set(table.absentBefore.get(name)!, start + 17 * cells + at * symbols.length);
  });
  return bytes;
}

/** Reads a table from the bytes of `encodeScanTable`. Throws AppError(corrupt) for bytes that are no table. */
export function decodeScanTable(stored: Uint8Array): { table: ScanTable; gates: Readonly<Record<string, string>> } {
  const refuse = (cause?: unknown): AppError =>
    new AppError('corrupt', 'a stored table of scans cannot be read; run the session again', { cause });
  // Figures lie at multiples of eight bytes of a buffer of their own; `slice` of a Buffer would copy nothing.
  const bytes = new Uint8Array(stored);
  if (bytes.length < LENGTH_BYTES) throw refuse();
  const headerLength = new DataView(bytes.buffer).getUint32(0, true);
  const start = LENGTH_BYTES + aligned(headerLength);
  if (start > bytes.length) throw refuse();
  let header: z.infer<typeof Header>;
  try {
    const text = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + headerLength));
    header = Header.parse(JSON.parse(text));
  } catch (cause) {
    throw refuse(cause);
  }
  const { symbols, columns, gates } = header;
  const rows = symbols.length;
  const cells = rows * columns.length;
  if (bytes.length !== start + cells * 18) throw refuse();
  const figures = new Float64Array(bytes.buffer, start, 2 * cells);
  const spread = <T>(make: (at: number) => T): Map<string, T> =>
    new Map(columns.map((name, at) => [name, make(at)] as const));
  const absences = (from: number) =>
    spread((at) => bytes.subarray(start + from * cells + at * rows, start + from * cells + (at + 1) * rows));
  return {
    table: {
      symbols,
      columns,
      now: spread((at) => figures.subarray(at * rows, (at + 1) * rows)),
      before: spread((at) => figures.subarray(cells + at * rows, cells + (at + 1) * rows)),
      absentNow: absences(16),
      absentBefore: absences(17),
    },
    gates,
  };
}
