import type { Exchange } from '@aion/core';
import type { RowDefect } from '../defects.ts';
import { quarantineRows } from '../quarantine/quarantine.ts';
import type { IngestPorts } from './ingest-ports.ts';
import { type FileReport, LISTED_REPLACEMENTS, type Replacement } from './report.ts';
import type { StoredFile } from './staging.ts';

export function emptyReport(name: string): Omit<FileReport, 'status'> {
  return {
    name,
    rows: 0,
    stored: 0,
    replaced: 0,
    replacements: [],
    duplicates: 0,
    combined: 0,
    quarantined: {},
    skippedBySeries: {},
  };
}

/** Sets rows aside and counts them by their defect. */
export async function keepDefects(
  ports: IngestPorts,
  market: Exchange,
  importedMs: number,
  name: string,
  defects: readonly RowDefect[],
  about: Parameters<typeof quarantineRows>[5] = {},
): Promise<FileReport['quarantined']> {
  if (defects.length === 0) return {};
  return (await quarantineRows(ports, market, name, importedMs, defects, about)).byCode;
}

/** What became of the bars of a file or a table. */
export async function reportStored(
  ports: IngestPorts,
  market: Exchange,
  importedMs: number,
  { name, content, stored, duplicates, conflicts, replacements }: StoredFile,
): Promise<FileReport> {
  const defects = [...content.defects, ...conflicts].sort((a, b) => a.line - b.line);
  const notes = [...content.notes];
  if (replacements.length > 0) notes.push(noteOf(replacements));
  return {
    ...emptyReport(name),
    status: 'imported',
    layout: content.layout.name,
    ...(notes.length === 0 ? {} : { why: notes.join('; ') }),
    rows: content.rows,
    stored,
    replaced: replacements.length,
    replacements: replacements.slice(0, LISTED_REPLACEMENTS),
    duplicates: content.duplicates + duplicates,
    quarantined: await keepDefects(ports, market, importedMs, name, defects, {
      header: content.layout.fields.join(','),
      ...(content.barMinutes === null ? {} : { intraday: { barMinutes: content.barMinutes, stamps: content.stamps } }),
    }),
    skippedBySeries: content.skippedBySeries,
  };
}

function noteOf(replacements: readonly Replacement[]): string {
  const sources = [...new Set(replacements.map(({ replacedSource }) => replacedSource))].sort();
  return `${replacements.length} of its bars took the place of other values from ${sources.join(', ')}`;
}
