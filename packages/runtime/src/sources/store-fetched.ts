import { AppError, fromEpochDay } from '@aion/core';
import { importFiles, type ImportReport, type IngestPorts } from '@aion/market';
import type { FetchedDaily } from '@aion/market/sources/index';

/**
 * Stores a vendor's raw daily bars through the importer, so that INGEST's checks, quarantine and origin apply. Throws AppError(bad_input) for adjusted
 * ones: they are never written over raw bars.
 */
export async function storeFetched(ports: IngestPorts, fetched: FetchedDaily): Promise<ImportReport> {
  const { source, exchange, adjustment, bars } = fetched;
  if (adjustment !== 'none') {
    throw new AppError(
      'bad_input',
      `${source} adjusts its prices (${adjustment}); only raw bars are stored. For NSE use \`aion backfill\`, or a source with raw bars`,
    );
  }
  const rows = Array.from(bars.sessionDay, (day, row) =>
    [
      bars.symbol,
      fromEpochDay(day),
      bars.open[row],
      bars.high[row],
      bars.low[row],
      bars.close[row],
      bars.volumeShares[row],
    ].join(','),
  );
  const text = `${['symbol,date,open,high,low,close,volume', ...rows].join('\n')}\n`;
  const name = `${source}-${bars.symbol}.csv`;
  const file = { name, read: async () => new TextEncoder().encode(text) };
  return importFiles(ports, [file], { market: exchange, source });
}
