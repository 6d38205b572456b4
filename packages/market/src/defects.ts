/** Why one row of a file was set aside. The rest of the file goes in. */
export const ROW_DEFECT_CODES = [
  'columns', // another number of fields than the header
  'symbol',
  'other_exchange', // a symbol with another exchange's ending
  'date', // unreadable
  'number', // a price or volume that is no number
  'price_range', // zero, negative or absurdly large
  'volume_range', // negative or absurdly large
  'ohlc_order', // high below open, close or low; low above open or close
  'future_date',
  'no_session', // the exchange was closed, or the bar opens outside the session
  'forward_filled', // the exchange was closed, and the row repeats the session before
  'unknown_series',
  'action', // a corporate action of unknown kind or with an impossible value
  'duplicate_conflict', // the same key twice in one file with different values: both are set aside
  'repeated_action', // two rows of one action that say the same
  'conflict', // the same key with other values in an earlier file or in the store
] as const;
export type RowDefectCode = (typeof ROW_DEFECT_CODES)[number];

/** Why a whole file was turned away. Nothing of it is stored. */
export type FileDefectCode =
  | 'too_large'
  | 'bomb' // expands beyond the allowed ratio
  | 'too_many_entries'
  | 'unsafe_path'
  | 'corrupt_archive'
  | 'binary'
  | 'empty'
  | 'unknown_header'
  | 'adjusted'
  | 'other_market' // bars of another exchange or segment
  | 'unclear_dates' // some have the day first, some the month
  | 'bar_size' // cannot be told, or is none that is stored
  | 'unclear_stamps' // its times may be those at which its bars opened, or ended
  | 'shifted_clock' // its times are those of another time zone
  | 'off_grid' // its bars do not begin with the session
  | 'archived' // rows of years that were moved to the archive
  | 'truncated'
  | 'mixed_dates'
  | 'future_file'
  | 'outside_calendar'
  | 'too_many_defects'
  | 'nothing_usable' // every row has a defect
  | 'many_defects' // so many that the file is hardly what it was taken for
  | 'unreadable';

/** One quarantined row. `line` counts from 1, the header included. */
export interface RowDefect {
  readonly code: RowDefectCode;
  readonly line: number;
  readonly field: string;
  /** The value as it stands in the file, shortened. */
  readonly value: string;
  /** What was expected and what to do. */
  readonly message: string;
  readonly symbol?: string;
  readonly date?: string;
  /** The row as it stands in the file, so that it can be looked at, corrected and released. */
  readonly row?: string;
}

export interface FileDefect {
  readonly code: FileDefectCode;
  readonly message: string;
}

export const MAX_ROW_DEFECTS = 50_000;

const VALUE_CHARACTERS = 80;

/** A value shortened and freed of control characters, so that a report cannot be broken by what a file holds. */
export function quoteValue(text: string): string {
  const clean = text.replace(/\p{Cc}/gu, '�');
  return clean.length > VALUE_CHARACTERS ? `${clean.slice(0, VALUE_CHARACTERS)}…` : clean;
}
