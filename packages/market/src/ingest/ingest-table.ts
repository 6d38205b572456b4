import { type Exchange, invariant, makeHasher, type EpochMs } from '@aion/core';
import type { BarTable } from '../bars.ts';
import { loadCalendar } from '../calendar.ts';
import { saveOrigin } from '../lake/origins.ts';
import { detectLayout } from '../parse/layout.ts';
import { allRows } from '../table-order.ts';
import { makeAdmission } from './admission.ts';
import type { BarMinutes } from './bar-size.ts';
import type { IngestPorts } from './ingest-ports.ts';
import { type CheckedBars, type RefusedFile, checkBars } from './read-file.ts';
import type { FileReport } from './report.ts';
import { emptyReport, reportStored } from './report-stored.ts';
import { type StoredFile, conflictHeader, makeStaging, rowText } from './staging.ts';

/** Bars that come as values and not as a file: what a vendor's client gave. */
export interface TableBatch {
  readonly market: Exchange;
  /** Names them in reports and, where rows are set aside, in quarantine. */
  readonly name: string;
  readonly table: BarTable;
  /** Null: daily. Intraday rows open at their minutes. */
  readonly barMinutes: BarMinutes | null;
  /** Where they come from: their origin, by which other bars give way to them or they to others. */
  readonly source: string;
  /** Bars that differ from stored ones replace them. */
  readonly replace?: boolean;
}

/**
 * The inner door of the lake: takes bars as they are through INGEST's checks, quarantine and origin, as `importFiles` does with those of a file.
 * Nothing usable is `refused`, with its reason, and nothing is stored.
 *
 * @example await ingestTable(ports, { market: 'US', name: 'alpaca AAPL', table, barMinutes: null, source: 'alpaca' })
 */
export async function ingestTable(ports: IngestPorts, batch: TableBatch): Promise<FileReport> {
  const { market, name, table, source, replace = false } = batch;
  const rows = table.symbolIndex.length;
  const content = checkTable(ports, batch, false);
  const refused =
    content.kind === 'refused' ? content.defect : await makeAdmission(ports, market).refuse(content, source, replace);
  if (refused !== undefined || content.kind === 'refused')
    return { ...emptyReport(name), status: 'refused', rows, code: refused!.code, why: refused!.message };
  const defects = content.defects.map((defect) => ({ ...defect, row: rowText(table, defect.line - 2) }));
  const { importedMs, stored } = await storeTable(ports, batch, { ...content, defects });
  return reportStored(ports, market, importedMs, stored);
}

/** What INGEST makes of bars that come as values. `acceptDefects`: of a batch of which much is wrong the rest is good all the same. */
export function checkTable(
  { clock }: Pick<IngestPorts, 'clock'>,
  { market, table, barMinutes }: Pick<TableBatch, 'market' | 'table' | 'barMinutes'>,
  acceptDefects: boolean,
): RefusedFile | CheckedBars {
  const match = detectLayout(conflictHeader(barMinutes !== null));
  invariant(match.kind === 'bars', 'the columns of bars are a layout of bars');
  const rows = table.symbolIndex.length;
  return checkBars(
    // Lines as if the rows stood in a file behind their header, so that each has a place of its own.
    {
      table,
      line: allRows(rows).map((row) => row + 2),
      rows,
      defects: [],
      skippedBySeries: {},
      notes: [],
    },
    {
      layout: match.layout,
      barMinutes,
      stamps: 'start',
      calendar: loadCalendar(market),
      clock,
      acceptDefects,
      notes: [],
    },
  );
}

/** Stores what `checkTable` found good, with its origin. */
export async function storeTable(
  ports: IngestPorts,
  { market, name, table, source, replace = false }: TableBatch,
  content: CheckedBars,
): Promise<{ readonly importedMs: EpochMs; readonly stored: StoredFile }> {
  const importedMs = ports.clock.nowMs();
  const origin = await saveOrigin(ports.items, market, { source, name, sha256: hashTable(table), importedMs });
  const staging = makeStaging(ports, market, replace);
  staging.add(name, content, origin);
  const [stored] = await staging.commit();
  return { importedMs, stored: stored! };
}

function hashTable(table: BarTable): string {
  const hasher = makeHasher();
  hasher.update(table.symbols.join(','));
  const { symbolIndex, sessionDay, openMinute, open, high, low, close, volumeShares } = table;
  for (const column of [symbolIndex, sessionDay, openMinute, open, high, low, close, volumeShares])
    if (column !== null) hasher.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return hasher.hex();
}
