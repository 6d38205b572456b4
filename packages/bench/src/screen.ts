import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeParquetBarCodec } from '@aion/adapters/parquet/bar-codec';
import { AppError } from '@aion/core';
import { dailySeries } from '@aion/features';
import { sliceDailyBars, symbolRuns } from '@aion/market';
import {
  columnsOfSet,
  loadScanSet,
  makeRowReader,
  makeScanTable,
  readReferences,
  runScreen,
  ScannerConfig,
} from '@aion/universe';
import { simulateTable } from './lake/simulated-bars.ts';
import type { BenchResult } from './run.ts';

const SYMBOLS = 2500;
const SESSIONS = 250;
const ROUNDS = 5;

/**
 * Every ready scan and preset over 2,500 symbols of 250 bars, from the Parquet file on disk to the matches in order. The file is written
 * before the clock starts. The first round is as a new process has it, before the code is warm; the figure is the median of all.
 */
export async function run(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'aion-bench-'));
  try {
    const codec = makeParquetBarCodec();
    const path = join(folder, `bars${codec.ending}`);
    writeFileSync(path, await codec.encode(simulateTable(SYMBOLS, SESSIONS)));
    const rounds: Awaited<ReturnType<typeof screenFile>>[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await screenFile(path));
    const first = rounds[0]!;
    if (rounds.some(({ matches, symbols }) => matches !== first.matches || symbols !== SYMBOLS)) {
      throw new AppError('corrupt', `rounds over one file found different matches; the scans are not deterministic`);
    }
    const median = (key: 'read' | 'columns' | 'scan' | 'seconds'): number =>
      rounds.map((round) => round[key]).sort((a, b) => a - b)[ROUNDS >> 1]!;
    const digits = (value: number): number => Math.round(1e4 * value) / 1e4;
    return {
      table: rounds.map(({ read, columns, scan, seconds }, round) => ({ round, read, columns, scan, seconds })),
      result: {
        seconds: digits(median('seconds')),
        firstSeconds: digits(first.seconds),
        readSeconds: digits(median('read')),
        columnsSeconds: digits(median('columns')),
        scanSeconds: digits(median('scan')),
        symbols: first.symbols,
        bars: SESSIONS,
        columns: first.columnCount,
        scans: first.scans,
        matches: first.matches,
        unknown: first.unknown,
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function screenFile(path: string) {
  const started = performance.now();
  const table = await makeParquetBarCodec().decode(readFileSync(path));
  const series = symbolRuns(table).map(({ start, end }) => sliceDailyBars(table, start, end));
  const read = performance.now();
  const set = loadScanSet(ScannerConfig.parse({}));
  const columns = columnsOfSet(set);
  const readRow = makeRowReader(columns);
  if (readReferences(columns))
    throw new AppError('missing_data', 'scans read other series now; lay them beside the bars here');
  const references = { on: () => ({}), hashUpTo: () => '' };
  const rows = series.map((bars) =>
    readRow(bars.symbol, dailySeries(bars, bars.sessionDay.at(-1)!, { actions: [], references })),
  );
  const computed = performance.now();
  const screen = runScreen(makeScanTable(columns, rows), set);
  const ended = performance.now();
  const found = set.scans.map(({ id }) => screen.found.get(id)!);
  return {
    read: (read - started) / 1000,
    columns: (computed - read) / 1000,
    scan: (ended - computed) / 1000,
    seconds: (ended - started) / 1000,
    symbols: rows.length,
    columnCount: columns.length,
    scans: set.scans.length,
    matches: found.reduce((sum, one) => sum + one.rows.length, 0),
    unknown: found.reduce((sum, { states }) => sum + states.filter((state) => state === 2).length, 0),
  };
}
