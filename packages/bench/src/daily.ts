import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeEmbedded, loadConfig, prepareSimulatedMarket } from '@aion/runtime';
import type { BenchResult } from './run.ts';

const cli = fileURLToPath(new URL('../../../functions/cli/src/aion.ts', import.meta.url));
const POLL_MS = 20;

/** The daily run over 2,000 simulated symbols × 500 bars, as users start it: one process, seconds per stage, peak memory. */
export async function run(): Promise<BenchResult> {
  const home = mkdtempSync(join(tmpdir(), 'aion-bench-daily-'));
  try {
    const embedded = composeEmbedded(loadConfig({ AION_HOME: home, AION_LOG_LEVEL: 'silent' }, process.cwd()));
    const made = await prepareSimulatedMarket(embedded);
    embedded.close();
    const { stdout, wallS, peakMb } = await timed(home);
    const outcome = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '{}') as {
      symbolsRead: number;
      universe: number;
      signals: number;
      signalsHash: string;
      stages: Record<string, { milliseconds: number }>;
    };
    const stages = Object.entries(outcome.stages);
    const seconds = stages.reduce((sum, [, stage]) => sum + stage.milliseconds, 0) / 1000;
    return {
      table: [
        { step: 'simulate and store', seconds: made.milliseconds / 1000 },
        ...stages.map(([step, stage]) => ({ step, seconds: stage.milliseconds / 1000 })),
        { step: 'all stages', seconds },
        { step: 'whole process', seconds: wallS },
      ],
      result: {
        symbols: outcome.symbolsRead,
        universe: outcome.universe,
        signals: outcome.signals,
        bars: made.bars,
        seconds,
        processSeconds: wallS,
        peakMemoryMb: peakMb,
        goalSeconds: 60,
        goalMemoryMb: 2048,
        signalsHash: outcome.signalsHash,
      },
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Runs the job and follows its peak resident memory where the system tells it (Linux), workers included: they are threads. */
function timed(home: string): Promise<{ stdout: string; wallS: number; peakMb: number }> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [cli, 'daily', '--json'], {
    env: { ...process.env, AION_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  let peakKb = Number.NaN;
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  const poll = setInterval(() => {
    try {
      const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
      if (found !== null) peakKb = Number(found[1]);
    } catch (error) {
      // The process has just ended, or this system has no /proc: the figure stays what it was.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' && (error as NodeJS.ErrnoException).code !== 'ESRCH')
        throw error;
    }
  }, POLL_MS);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(poll);
      if (code !== 0) reject(new Error(`the daily run ended with exit code ${code}`));
      else
        resolve({ stdout, wallS: Math.round(performance.now() - startedMs) / 1000, peakMb: Math.round(peakKb / 1024) });
    });
  });
}
