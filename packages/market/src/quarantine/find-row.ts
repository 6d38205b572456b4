import { type Exchange, AppError } from '@aion/core';
import type { RowDefect } from '../defects.ts';
import type { IngestPorts } from '../ingest/ingest-ports.ts';
import { type QuarantineSummary, findQuarantine, readQuarantine } from './quarantine.ts';
import { type RowReview, loadReviews } from './review-record.ts';

export interface QuarantinedRow {
  readonly defect: RowDefect;
  readonly summary: QuarantineSummary;
}

/** A quarantined row that may be decided about. Throws AppError(not_found, bad_input or conflict) where there is none, or it was released. */
export async function findRow(
  ports: Pick<IngestPorts, 'items' | 'objects'>,
  market: Exchange,
  { id, file, line }: Pick<RowReview, 'id' | 'file' | 'line'>,
): Promise<QuarantinedRow> {
  const summary = await findQuarantine(ports, market, id, file);
  if (summary.kind === 'refused') {
    throw new AppError('bad_input', `${file} was refused as a whole; correct the file and import it again`);
  }
  const defect = (await readQuarantine(ports, summary, Infinity)).find((row) => row.line === line);
  if (defect === undefined) throw new AppError('not_found', `no row of line ${line} of ${file} is in quarantine`);
  const reviewed = (await loadReviews(ports, market, summary)).get(line);
  if (reviewed?.decision === 'released') {
    throw new AppError('conflict', `line ${line} of ${file} was released by ${reviewed.by} already: ${reviewed.why}`);
  }
  return { defect, summary };
}
