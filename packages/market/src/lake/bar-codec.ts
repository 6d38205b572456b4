import type { BarTable } from '../bars.ts';

export interface DecodeOptions {
  /** Only these symbols are wanted; a codec may return more, never fewer. */
  readonly symbols?: ReadonlySet<string>;
}

/** Turns sorted bar tables into a columnar file and back. Equal tables give equal bytes. */
export interface BarCodec {
  /** Ending of the objects, e.g. `.parquet`. */
  readonly ending: string;
  encode(table: BarTable): Promise<Uint8Array>;
  /** Throws AppError(corrupt) when the bytes are no file of this codec. */
  decode(bytes: Uint8Array, options?: DecodeOptions): Promise<BarTable>;
}
