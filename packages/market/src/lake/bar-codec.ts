import type { BarTable } from '../bars.ts';

export interface DecodeOptions {
  /** Only these symbols are wanted; a codec may return more, never fewer. */
  readonly symbols?: ReadonlySet<string>;
  /** Only these days (inclusive) are wanted; a codec may return more, never fewer. */
  readonly fromDay?: number;
  readonly toDay?: number;
  /** Where each bar came from is wanted too. */
  readonly provenance?: boolean;
}

/** A stored file of which parts can be asked for. */
export interface ByteSource {
  readonly key: string;
  readonly bytes: number;
  /** Bytes [start, end). */
  range(start: number, end: number): Promise<Uint8Array>;
}

/** Turns sorted bar tables into a columnar file and back. Equal tables give equal bytes. */
export interface BarCodec {
  /** Ending of the objects, e.g. `.parquet`. */
  readonly ending: string;
  encode(table: BarTable): Promise<Uint8Array>;
  /** Throws AppError(corrupt) when the bytes are no file of this codec. */
  decode(bytes: Uint8Array, options?: DecodeOptions): Promise<BarTable>;
  /** The same by asking for the parts that are needed; absent where a codec can read whole files only. */
  decodeParts?(source: ByteSource, options?: DecodeOptions): Promise<BarTable>;
}
