import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@aion/core';
import {
  FEATURE_NODES,
  makeFeatureEngine,
  makeReferences,
  scanSmartMoney,
  SMART_MONEY_COLUMNS,
  toSeries,
} from '@aion/features';
import { loadCalendar, sliceDailyBars, type DailyBars } from '@aion/market';
import { simulateTable } from './lake/simulated-bars.ts';
import type { BenchResult } from './run.ts';

const BARS = 24_000;
const ROUNDS = 15;
const pythonTask = fileURLToPath(new URL('./smc/smc_task.py', import.meta.url));

/**
 * Smart money concepts over 24,000 bars: the twelve columns from the engine (ATR included), the same with every event and the states of every
 * zone, and, where AION_SMC_PYTHON names a Python that has it, the package smart-money-concepts on the same bars.
 *
 * The definitions differ: the package's swings are centred and rewritten when later bars come (its swing of strength 3 looks three bars ahead and
 * pairs are dropped afterwards), its gaps may be joined, its order blocks need volume; ours are causal and give states over time.
 */
export async function run(): Promise<BenchResult> {
  const bars = longSeries();
  const references = makeReferences(loadCalendar('NSE'));
  const engine = makeFeatureEngine(FEATURE_NODES, SMART_MONEY_COLUMNS);
  const series = toSeries(bars, references);
  const columnsMs: number[] = [];
  const eventsMs: number[] = [];
  let events = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let started = performance.now();
    engine.compute(series);
    columnsMs.push(performance.now() - started);
    started = performance.now();
    const found = scanSmartMoney(bars);
    eventsMs.push(performance.now() - started);
    events =
      found.breaks.length +
      found.liquidity.length +
      found.pivots.length +
      found.orderBlocks.length +
      found.fairValueGaps.length;
  }
  const [columns, all] = [median(columnsMs), median(eventsMs)];
  const python = runPython(bars);
  const pythonMs =
    typeof python === 'string' ? undefined : 1000 * Object.values(python).reduce((sum, seconds) => sum + seconds, 0);
  return {
    table: [
      { what: 'twelve columns', ms: columns, microsecondsPerBar: (1000 * columns) / BARS },
      { what: 'columns, events and states of zones', ms: all, microsecondsPerBar: (1000 * all) / BARS },
      ...(typeof python === 'string'
        ? []
        : Object.entries(python).map(([what, seconds]) => ({
            what: `package: ${what}`,
            ms: 1000 * seconds,
            microsecondsPerBar: (1e6 * seconds) / BARS,
          }))),
    ],
    result: {
      bars: BARS,
      events,
      columnsMs: rounded(columns),
      eventsMs: rounded(all),
      package: pythonMs === undefined ? String(python) : rounded(pythonMs),
      ...(pythonMs === undefined ? {} : { ratio: rounded(pythonMs / all), ratioColumns: rounded(pythonMs / columns) }),
      goalRatio: 100,
      note: 'definitions differ: the package rewrites its past, ours is causal',
    },
  };
}

/** One long walk: instruments behind each other, brought to one level where they meet. */
function longSeries(): DailyBars {
  const table = simulateTable(1, 5000);
  const one = sliceDailyBars(table, 0, 5000);
  const column = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: BARS }, (_, i) => values[i % 5000]! * 1.01 ** Math.floor(i / 5000));
  return {
    symbol: one.symbol,
    sessionDay: Int32Array.from({ length: BARS }, (_, i) => 9500 + i),
    open: column(one.open),
    high: column(one.high),
    low: column(one.low),
    close: column(one.close),
    volumeShares: column(one.volumeShares),
  };
}

function runPython(bars: DailyBars): Record<string, number> | string {
  const python = process.env['AION_SMC_PYTHON'];
  if (python === undefined) return 'not run: AION_SMC_PYTHON names no Python with smartmoneyconcepts';
  const folder = mkdtempSync(join(tmpdir(), 'aion-bench-smc-'));
  try {
    const path = join(folder, 'bars.csv');
    const rows = Array.from(bars.close, (close, i) => {
      const time = new Date(Date.UTC(2000, 0, 1) + i * 60_000).toISOString();
      return [time, bars.open[i], bars.high[i], bars.low[i], close, bars.volumeShares[i]].join(',');
    });
    writeFileSync(path, `time,open,high,low,close,volume\n${rows.join('\n')}\n`);
    const { stdout, stderr, status } = spawnSync(python, [pythonTask, path], { encoding: 'utf8' });
    if (status !== 0)
      throw new AppError('unavailable', `the package ended with exit code ${status}: ${stderr.slice(-500)}`);
    return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, number>;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const rounded = (value: number): number => Math.round(value * 100) / 100;
