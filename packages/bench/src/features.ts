import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@aion/core';
import type { BenchResult } from './run.ts';

const SYMBOLS = 2000;
const SESSIONS = 1250;
const WORKERS = 2;
const ROUNDS = 3;
const builder = fileURLToPath(new URL('./_features-build.ts', import.meta.url));

interface Built {
  readonly columns: number;
  readonly rows: number;
  readonly bytes: number;
  readonly contentHash: string;
  readonly failed: number;
  readonly buildMs: number;
  readonly peakMb: number;
  readonly dayMs: readonly number[];
  readonly dayInMemoryMs: readonly number[];
  readonly continued: number;
}

/**
 * Every column of the catalogue at every bar of 2,000 × 1,250, on two threads, as Parquet files of a block of instruments each; then single days
 * added one by one: bars in memory, states read from the store and written back, the past hashed and compared, the day's file written.
 * The simulated bars are made before the clock starts.
 */
export async function run(): Promise<BenchResult> {
  const rounds: Built[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(build());
  const middle = (pick: (built: Built) => number): number => rounds.map(pick).sort((a, b) => a - b)[ROUNDS >> 1]!;
  const [first] = rounds;
  const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
  return {
    table: rounds.map(({ buildMs, peakMb, dayMs, continued }, round) => ({
      round: round + 1,
      seconds: buildMs / 1000,
      peakMb: Math.round(peakMb),
      dayMs: dayMs.map(Math.round).join(' '),
      continued,
    })),
    result: {
      symbols: SYMBOLS,
      sessions: SESSIONS,
      columns: first!.columns,
      rows: first!.rows,
      megabytes: Math.round(first!.bytes / 1e6),
      seconds: middle(({ buildMs }) => buildMs) / 1000,
      goalSeconds: 5,
      peakMemoryMb: Math.round(Math.max(...rounds.map(({ peakMb }) => peakMb))),
      goalMemoryMb: 1024,
      addedDayMs: Math.round(median(rounds.flatMap(({ dayMs }) => dayMs))),
      addedDayInMemoryMs: Math.round(median(rounds.flatMap(({ dayInMemoryMs }) => dayInMemoryMs))),
      goalAddedDayMs: 200,
      continued: first!.continued,
      failed: first!.failed,
      contentHash: first!.contentHash.slice(0, 16),
    },
  };
}

function build(): Built {
  const folder = mkdtempSync(join(tmpdir(), 'aion-bench-features-'));
  try {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [builder, folder, String(SYMBOLS), String(SESSIONS), String(WORKERS)],
      {
        encoding: 'utf8',
      },
    );
    if (status !== 0)
      throw new AppError('unavailable', `the build ended with exit code ${status}: ${stderr.slice(-500)}`);
    return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Built;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
