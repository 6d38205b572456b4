/** Limits on what one uploaded or imported file may turn into. */
export interface UnpackCaps {
  /** Of the file as given. */
  readonly packedBytes: number;
  /** Of all entries together, unpacked. */
  readonly unpackedBytes: number;
  /** Unpacked bytes for one packed byte. */
  readonly ratio: number;
  readonly entries: number;
}

/** Enough for ten years of the whole market in one file; a text compresses about 5:1, a bomb 1000:1. */
export const DEFAULT_CAPS: UnpackCaps = {
  packedBytes: 200 * 1024 * 1024,
  unpackedBytes: 1024 * 1024 * 1024,
  ratio: 100,
  entries: 1000,
};

export interface UnpackedFile {
  /** `archive.zip/entry.csv` for an entry of a zip, otherwise the file's name as given. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Turns a .csv, .csv.gz or .zip (by content, not by name) into its text files. Throws UnpackRefusal, never a partial
 * result, for what exceeds the caps, has an unsafe path or is damaged.
 */
export type Unpack = (name: string, bytes: Uint8Array, caps?: UnpackCaps) => Promise<UnpackedFile[]>;

/** Why an archive is turned away: an expected outcome, thrown because it ends unpacking in the middle of a stream. */
export class UnpackRefusal extends Error {
  readonly code: 'too_large' | 'bomb' | 'too_many_entries' | 'unsafe_path' | 'corrupt_archive';

  constructor(code: UnpackRefusal['code'], message: string) {
    super(message);
    this.name = 'UnpackRefusal';
    this.code = code;
  }
}
