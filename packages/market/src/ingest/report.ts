import type { FileDefectCode, RowDefectCode } from '../defects.ts';
import type { LayoutName } from '../parse/layout.ts';

export type ImportLayout = LayoutName | 'instruments' | 'actions';

/** What became of one file (or of one entry of an archive). */
export interface FileReport {
  readonly name: string;
  /** `ignored`: not something the importer takes, e.g. another market or bar size; `why` says which. */
  readonly status: 'imported' | 'refused' | 'ignored';
  readonly layout?: ImportLayout;
  readonly code?: FileDefectCode;
  readonly why?: string;
  readonly rows: number;
  /** Rows that the store did not hold before. */
  readonly stored: number;
  /** Rows that were there already, in this file, an earlier one or the store, with the same values. */
  readonly duplicates: number;
  readonly quarantined: Readonly<Partial<Record<RowDefectCode, number>>>;
  readonly skippedBySeries: Readonly<Record<string, number>>;
}

export interface ImportReport {
  readonly files: readonly FileReport[];
  readonly rows: number;
  readonly stored: number;
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

/** Adds counts by key. */
export function addCounts(into: Record<string, number>, counts: Readonly<Record<string, number | undefined>>): void {
  for (const [key, count] of Object.entries(counts)) into[key] = (into[key] ?? 0) + (count ?? 0);
}
