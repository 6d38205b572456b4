import type { FileDefectCode, RowDefectCode } from '../defects.ts';
import type { LayoutName } from '../parse/layout.ts';

export type ImportLayout = LayoutName | 'instruments' | 'actions';

/** A stored bar that gave way to one of a greater origin (the exchange's own over a vendor's), or because it was told to. */
export interface Replacement {
  readonly symbol: string;
  readonly date: string;
  readonly close: number;
  readonly replacedClose: number;
  /** The source of the bar that gave way; `unknown` for one that was stored before origins were kept. */
  readonly replacedSource: string;
}

/** What became of one file (or of one entry of an archive). */
export interface FileReport {
  readonly name: string;
  /** `ignored`: not something the importer takes, e.g. another market or bar size; `why` says which. */
  readonly status: 'imported' | 'refused' | 'ignored';
  readonly layout?: ImportLayout;
  readonly code?: FileDefectCode;
  readonly why?: string;
  readonly rows: number;
  /** Rows that the store did not hold before, with these values. */
  readonly stored: number;
  /** How many of the stored rows took the place of others; the first of them are listed. */
  readonly replaced: number;
  readonly replacements: readonly Replacement[];
  /** Rows that were there already, in this file, an earlier one or the store, with the same values. */
  readonly duplicates: number;
  /** Corporate actions that were added to another of their day, such as a second dividend. */
  readonly combined: number;
  readonly quarantined: Readonly<Partial<Record<RowDefectCode, number>>>;
  readonly skippedBySeries: Readonly<Record<string, number>>;
}

export interface ImportReport {
  readonly files: readonly FileReport[];
  readonly rows: number;
  readonly stored: number;
  readonly replaced: number;
  readonly duplicates: number;
  readonly quarantined: Readonly<Partial<Record<RowDefectCode, number>>>;
  readonly skippedBySeries: Readonly<Record<string, number>>;
  readonly refused: number;
  readonly ignored: number;
  /** Of the daily series after the import. */
  readonly symbols: number;
  readonly sessions: number;
  /** Sessions as YYYY-MM-DD; null while the lake is empty. */
  readonly firstSession: string | null;
  readonly lastSession: string | null;
  readonly manifestHash: string;
}

/** Replacements that a report lists of a file. */
export const LISTED_REPLACEMENTS = 100;

/** Adds counts by key. */
export function addCounts(into: Record<string, number>, counts: Readonly<Record<string, number | undefined>>): void {
  for (const [key, count] of Object.entries(counts)) into[key] = (into[key] ?? 0) + (count ?? 0);
}
