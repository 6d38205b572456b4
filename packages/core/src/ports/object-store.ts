/**
 * Immutable, content-addressed bytes (files or S3). There is no overwrite and no compare-and-swap:
 * every mutable pointer is an item of the ItemTable.
 */
export interface ObjectRef {
  /** `<prefix>/<sha256>` plus an optional file ending. */
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface ObjectStore {
  /** Stores the bytes under `<prefix>/<sha256><ending>`; storing the same bytes again changes nothing. */
  put(prefix: string, bytes: Uint8Array, ending?: string): Promise<ObjectRef>;
  /** Throws AppError(not_found) when absent and AppError(corrupt) when the bytes no longer match their name. */
  get(key: string): Promise<Uint8Array>;
  /** Bytes [start, end) without the hash check, for range readers. */
  getRange(key: string, start: number, end: number): Promise<Uint8Array>;
  has(key: string): Promise<boolean>;
  /** Keys that begin with the prefix, sorted, at most `limit`. */
  list(prefix: string, limit?: number): Promise<readonly string[]>;
  delete(key: string): Promise<void>;
}
