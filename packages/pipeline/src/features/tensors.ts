import { AppError, type ObjectStore } from '@aion/core';
import type { Rows } from '@aion/forecast';

/** A float32 matrix in the object store: raw little-endian bytes, row-major. */
export interface RowsRef {
  readonly key: string;
  readonly count: number;
  readonly width: number;
}

export async function storeRows(objects: ObjectStore, prefix: string, rows: Rows): Promise<RowsRef> {
  const { buffer, byteOffset, byteLength } = rows.values;
  const { key } = await objects.put(prefix, new Uint8Array(buffer, byteOffset, byteLength), '.f32');
  return { key, count: rows.count, width: rows.width };
}

export async function loadRows(objects: ObjectStore, ref: RowsRef): Promise<Rows> {
  const bytes = await objects.get(ref.key);
  if (bytes.byteLength !== ref.count * ref.width * 4) {
    throw new AppError(
      'corrupt',
      `${ref.key} holds ${bytes.byteLength} bytes, ${ref.count}×${ref.width} float32 expected; run the stage again`,
    );
  }
  // A copy: the store's buffer need not be aligned to four bytes.
  return { count: ref.count, width: ref.width, values: new Float32Array(new Uint8Array(bytes).buffer) };
}

/** Joins equally wide rows into one matrix. */
export function toRows(parts: readonly Float32Array[], width: number): Rows {
  const values = new Float32Array(parts.length * width);
  parts.forEach((part, index) => values.set(part, index * width));
  return { count: parts.length, width, values };
}
