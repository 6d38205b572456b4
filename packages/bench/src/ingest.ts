import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '@aion/core';
import { describeManifest, readDaily, readManifest } from '@aion/market';
import { composeEmbedded, importPaths, loadConfig } from '@aion/runtime';

const RUNS = 3;
const FILE = 'nse_daily_raw.csv.gz';

/** Imports six years of real bars into an empty home, as the command line does: unpack, parse, validate, store as Parquet. */
export async function run(): Promise<{ table: Record<string, unknown>[]; result: Record<string, number | string> }> {
  const folder = process.env['AION_TEST_DATA'] ?? resolve(import.meta.dirname, '../../../../shared/data');
  const path = join(folder, FILE);
  if (!existsSync(path)) {
    throw new AppError(
      'missing_data',
      `${FILE} is not in ${folder}; set AION_TEST_DATA to the folder of the real market data`,
    );
  }
  const table: Record<string, unknown>[] = [];
  for (let round = 1; round <= RUNS; round++) table.push({ round, ...(await importOnce(path)) });
  const seconds = table.map((row) => row['importSeconds'] as number).sort((a, b) => a - b);
  const median = seconds[RUNS >> 1]!;
  const rows = table[0]!['rows'] as number;
  return {
    table,
    result: {
      rows,
      importSeconds: median,
      rowsPerSecond: Math.round(rows / median),
      readSeconds: Math.min(...table.map((row) => row['readSeconds'] as number)),
      manifestHash: table[0]!['manifestHash'] as string,
    },
  };
}

async function importOnce(path: string): Promise<Record<string, number | string>> {
  const home = mkdtempSync(join(tmpdir(), 'aion-bench-'));
  const embedded = composeEmbedded(loadConfig({ ...process.env, AION_HOME: home }, home));
  try {
    const started = performance.now();
    const report = await importPaths(embedded, [path]);
    const imported = performance.now();
    const manifest = await readManifest(embedded.ingest, 'NSE');
    const bars = await readDaily(embedded.ingest, manifest);
    const read = performance.now();
    const found = [...bars.values()].reduce((sum, { close }) => sum + close.length, 0);
    if (found !== report.stored || report.stored !== report.rows) {
      throw new AppError('corrupt', `${report.rows} rows were imported and ${found} read back; the lake is wrong`);
    }
    return {
      rows: report.rows,
      importSeconds: (imported - started) / 1000,
      rowsPerSecond: Math.round(report.rows / ((imported - started) / 1000)),
      readSeconds: (read - imported) / 1000,
      parquetMegabytes: manifest.objects.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6,
      symbols: describeManifest(manifest).symbols,
      manifestHash: manifest.hash,
    };
  } finally {
    embedded.close();
    rmSync(home, { recursive: true, force: true });
  }
}
