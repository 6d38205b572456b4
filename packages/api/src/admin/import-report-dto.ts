import type { ImportReport as ImportReportDto } from '@aion/contracts';
import type { ImportReport } from '@aion/market';
import { titleOf } from '@aion/pipeline';

/** What one uploaded file may hold: a whole-market bhavcopy is about 0.4 MB packed. */
export const UPLOAD_CAPS = {
  packedBytes: 32 * 1024 * 1024,
  unpackedBytes: 256 * 1024 * 1024,
  ratio: 100,
  entries: 50,
};

/** The report of an import as the API sends it: reasons with their titles, and the counts of each file summed up. */
export function toImportDto(report: ImportReport): ImportReportDto {
  const total = (counts: Readonly<Record<string, number | undefined>>): number =>
    Object.values(counts).reduce<number>((sum, n) => sum + (n ?? 0), 0);
  return {
    files: report.files.map((file) => ({
      name: file.name,
      status: file.status,
      layout: file.layout ?? null,
      rows: file.rows,
      stored: file.stored,
      duplicates: file.duplicates,
      quarantined: total(file.quarantined),
      skippedBySeries: total(file.skippedBySeries),
      reason: file.why ?? null,
    })),
    rows: report.rows,
    stored: report.stored,
    quarantined: Object.entries(report.quarantined).map(([reason, count]) => ({
      reason,
      title: titleOf(reason),
      count: count ?? 0,
    })),
    sessions: report.lastSession === null ? [] : [report.lastSession],
    symbols: report.symbols,
  };
}
