import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, fromEpochDay, toEpochDay } from '@aion/core';
import { readManifest } from '@aion/market';
import {
  duckCompact,
  duckReadAll,
  duckReadOneDay,
  duckReadOneSymbol,
  duckSplit,
  duckWrite,
  openDuckLake,
} from './lake/duckdb-lake.ts';
import { compact, openLake, readAll, readOneDay, readOneSymbol, write } from './lake/our-lake.ts';
import { simulateTable } from './lake/simulated-bars.ts';
import { takeDays } from './lake/take-days.ts';
import type { BenchResult } from './run.ts';

const SYMBOLS = 2000;
const SESSIONS = 1250;
const ROUNDS = 5;
const DELTAS = 21;
const SYMBOL = 'SYM0777';
const DATE = '2024-06-05';
const alone = fileURLToPath(new URL('./_lake-alone.ts', import.meta.url));

interface Task {
  readonly name: string;
  ours(round: number): Promise<number>;
  duckdb(round: number): Promise<number>;
  /** What each round needs first; not part of the time. */
  prepare?(round: number): Promise<void>;
}

/**
 * The lake against DuckDB alone on the same bars, turn by turn in one process. Ours stores in SQLite and files with hashes and
 * syncs; DuckDB writes files that nothing guards and leaves the symbols' texts out of what it reads.
 */
export async function run(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'aion-bench-lake-'));
  const table = simulateTable(SYMBOLS, SESSIONS);
  const rows = table.close.length;
  try {
    const lake = openLake(folder);
    await write(lake, table);
    const { objects } = await readManifest(lake.ports, 'NSE');
    const files = objects.map(({ key }) => join(folder, 'objects', key));
    const duck = await openDuckLake(join(folder, 'duck'), files);
    await duckWrite(duck, 0);
    const [before, news] = takeDays(table, DELTAS);
    const dates = news.map(({ sessionDay }) => fromEpochDay(sessionDay[0]!));
    let scratch = lake;
    const tasks: readonly Task[] = [
      {
        name: 'write',
        async ours(round) {
          const fresh = openLake(newFolder(folder, `write-${round}`));
          const { storedRows } = await write(fresh, table);
          fresh.close();
          return storedRows.length;
        },
        duckdb: async (round) => (await duckWrite(duck, round), rows),
      },
      { name: 'read all to columns', ours: () => readAll(lake), duckdb: () => duckReadAll(duck, rows) },
      {
        name: 'one symbol',
        ours: () => readOneSymbol(lake, SYMBOL),
        duckdb: () => duckReadOneSymbol(duck, SYMBOL),
      },
      { name: 'one day', ours: () => readOneDay(lake, toEpochDay(DATE)), duckdb: () => duckReadOneDay(duck, DATE) },
      {
        name: `compact ${DELTAS} days into a year`,
        async prepare(round) {
          scratch = openLake(newFolder(folder, `compact-${round}`));
          await write(scratch, before);
          for (const day of news) await write(scratch, day);
          await duckSplit(duck, dates, round);
        },
        async ours() {
          const joined = await compact(scratch, toEpochDay('2026-01-01'));
          scratch.close();
          return joined;
        },
        duckdb: (round) => duckCompact(duck, round),
      },
    ];
    const measured = [];
    for (const task of tasks) measured.push(await compare(task));
    duck.close();
    lake.close();
    const peak = peakAlone(newFolder(folder, 'alone'));
    const figures = Object.fromEntries(
      measured.flatMap(({ task, oursMs, duckdbMs, ratio }) => {
        const name = task.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/\d.*/, '');
        return [
          [`${name}Ms`, oursMs],
          [`${name}DuckdbMs`, duckdbMs],
          [`${name}Ratio`, ratio],
        ];
      }),
    );
    const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
    const goals = { goalRatio: 1.3, goalOneSymbolMs: 15, goalPeakMb: 1024 };
    return { table: measured, result: { rows, megabytes: bytes / 1e6, ...figures, peakMb: peak, ...goals } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let folders = 0;
const newFolder = (root: string, name: string): string => mkdtempSync(join(root, `${name}-${folders++}-`));

async function compare({ name, ours, duckdb, prepare }: Task) {
  const times = { ours: [] as number[], duckdb: [] as number[] };
  // The first round warms both up and is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    await prepare?.(round);
    const order = round % 2 === 0 ? (['ours', 'duckdb'] as const) : (['duckdb', 'ours'] as const);
    const found: Partial<Record<'ours' | 'duckdb', number>> = {};
    for (const who of order) {
      const started = performance.now();
      found[who] = await (who === 'ours' ? ours : duckdb)(round);
      if (round > 0) times[who].push(performance.now() - started);
    }
    if (found.ours !== found.duckdb)
      throw new AppError('corrupt', `${name}: ${found.ours} rows with ours, ${found.duckdb} with DuckDB`);
  }
  const [oursMs, duckdbMs] = [median(times.ours), median(times.duckdb)];
  return { task: name, oursMs, duckdbMs, ratio: Math.round((oursMs / duckdbMs) * 100) / 100 };
}

const median = (values: readonly number[]): number =>
  Math.round([...values].sort((a, b) => a - b)[values.length >> 1]! * 10) / 10;

function peakAlone(folder: string): number {
  const { stdout, status, stderr } = spawnSync(process.execPath, [alone, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`measuring the memory failed: ${stderr}`);
  return (JSON.parse(stdout) as { peakMb: number }).peakMb;
}
