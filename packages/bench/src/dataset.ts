import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@aion/core';
import { FACTORS } from './dataset/factors.ts';
import { openLake, write } from './lake/our-lake.ts';
import { simulateTable } from './lake/simulated-bars.ts';
import type { BenchResult } from './run.ts';

const SYMBOLS = 800;
const SESSIONS = 3400;
const ROUNDS = 5;
const TOLERANCE = 1e-5;
const qlibTask = fileURLToPath(new URL('./dataset/qlib_task.py', import.meta.url));
const builder = fileURLToPath(new URL('./_dataset-build.ts', import.meta.url));

type Built = {
  readonly rows: number;
  readonly readMs: number;
  readonly buildMs: number;
  readonly worst: number | string;
  readonly sample: number;
  readonly peakMb: number;
};

/**
 * 14 factors of 800 symbols × 3,400 bars from Parquet to one matrix of float32, on two threads. Cold means: a new process each round, which has read
 * and decoded nothing, so that every byte is read from the files, hashed and unpacked; the system's own cache of files is not
 * emptied, as no program of ours may. The times leave out the start of Node, `processMs` has it.
 */
export async function run(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'aion-bench-dataset-'));
  try {
    const lake = openLake(folder);
    const bars = simulateTable(SYMBOLS, SESSIONS);
    await write(lake, bars);
    const qlib = await runQlib(folder, await lake.ports.codec.encode(bars));
    lake.close();
    const table: (Built & { round: number; processMs: number })[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const started = performance.now();
      const built = build(folder);
      table.push({ round, ...built, processMs: Math.round(performance.now() - started) });
    }
    const median = (pick: (row: (typeof table)[number]) => number): number =>
      table.map(pick).sort((a, b) => a - b)[ROUNDS >> 1]!;
    const [first] = table;
    return {
      table,
      result: {
        symbols: SYMBOLS,
        sessions: SESSIONS,
        rows: first!.rows,
        factors: FACTORS.join(' '),
        seconds: median(({ buildMs }) => buildMs) / 1000,
        readSeconds: median(({ readMs }) => readMs) / 1000,
        processSeconds: median(({ processMs }) => processMs) / 1000,
        checkedValues: first!.sample,
        worstDifference: first!.worst,
        peakMb: median(({ peakMb }) => peakMb),
        qlib,
        goalSeconds: 1.5,
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds that Qlib takes, where AION_QLIB_PYTHON names a Python that has pyqlib and pyarrow. */
async function runQlib(folder: string, file: Uint8Array): Promise<number | string> {
  const python = process.env['AION_QLIB_PYTHON'];
  if (python === undefined) return 'not run: AION_QLIB_PYTHON names no Python with pyqlib';
  const path = join(folder, 'bars.parquet');
  await writeFile(path, file);
  const { stdout, stderr, status } = spawnSync(python, [qlibTask, path, join(folder, 'qlib')], { encoding: 'utf8' });
  const [seconds, rows] = (stdout.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  if (status !== 0 || seconds === undefined || rows !== SYMBOLS * SESSIONS) throw new Error(`Qlib failed: ${stderr}`);
  return seconds;
}

function build(folder: string): Built {
  const { stdout, stderr, status } = spawnSync(process.execPath, [builder, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`building the matrix failed: ${stderr}`);
  const built = JSON.parse(stdout) as Built;
  if (typeof built.worst !== 'number' || built.worst > TOLERANCE)
    throw new AppError(
      'corrupt',
      `a factor differs from its plain loop by ${built.worst}; expected at most ${TOLERANCE}`,
    );
  return built;
}
