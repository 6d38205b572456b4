/** Features of many instruments and sessions as equal-length columns; NaN where there is no value. */
export interface FeatureTable {
  readonly symbols: readonly string[];
  /** Index into `symbols`. */
  readonly symbolIndex: Int32Array;
  /** Days since 1970-01-01 of each row's session. */
  readonly sessionDay: Int32Array;
  readonly names: readonly string[];
  /** One per name: single precision for training sets, double where scans compare. */
  readonly columns: readonly (Float32Array | Float64Array)[];
}

/** Files of feature tables (Parquet). */
export interface FeatureTableCodec {
  /** The file in parts, to be written one after the other before the table changes. */
  encode(table: FeatureTable): readonly Uint8Array[];
  /** @throws AppError(corrupt) when the bytes are no such file. */
  decode(bytes: Uint8Array): Promise<FeatureTable>;
}
