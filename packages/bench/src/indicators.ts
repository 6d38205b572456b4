import { AppError } from '@aion/core';
import { makeFeatureEngine, resolveColumns, type FeatureEngine } from '@aion/features';
import { CASES, type Bars, type IndicatorCase } from './indicators/cases.ts';
import { makeTalibUser } from './indicators/talib-user.ts';
import { simulateTable } from './lake/simulated-bars.ts';
import type { BenchResult } from './run.ts';

const SYMBOLS = 2000;
const SESSIONS = 1250;
const ROUNDS = 7;
const TOLERANCE = 1e-9;

type Contender = 'ours' | 'talib' | 'ixjb94';
const CONTENDERS: readonly Contender[] = ['ours', 'talib', 'ixjb94'];

/**
 * Eight indicators on 2,000 × 1,250 bars: ours through the feature engine, TA-Lib in WebAssembly with the copies that its use takes, and
 * @ixjb94/indicators on plain arrays. They take turns within each round; medians of the rounds. Ours and TA-Lib's values are compared at every
 * bar. @ixjb94/indicators starts its averages elsewhere (EMA and MACD from the first close, ATR with the first bar's range, ADX without the true
 * range), so it is only timed.
 */
export async function run(): Promise<BenchResult> {
  const market = splitBars();
  const talib = makeTalibUser(SESSIONS);
  const engine = engineOf(CASES);
  const worst = compareAll(market, engine, talib);
  const measure = (cases: readonly IndicatorCase[], mine: FeatureEngine): Record<Contender, number> => {
    const work: Record<Contender, (bars: Bars) => unknown> = {
      ours: (bars) => mine.compute({ ...bars, openMinute: null, references: {} }),
      talib: (bars) => talib.run(cases, bars),
      ixjb94: (bars) => cases.map((asked) => asked.ixjb94(bars.arrays)),
    };
    const times: Record<Contender, number[]> = { ours: [], talib: [], ixjb94: [] };
    // The first round warms up and is not counted.
    for (let round = 0; round <= ROUNDS; round++) {
      for (let turn = 0; turn < CONTENDERS.length; turn++) {
        const who = CONTENDERS[(turn + round) % CONTENDERS.length]!;
        const started = performance.now();
        for (const bars of market) work[who](bars);
        if (round > 0) times[who].push(performance.now() - started);
      }
    }
    return { ours: median(times.ours), talib: median(times.talib), ixjb94: median(times.ixjb94) };
  };
  const row = (title: string, { ours, talib: theirs, ixjb94 }: Record<Contender, number>) => ({
    indicator: title,
    oursMs: tenth(ours),
    talibMs: tenth(theirs),
    ixjb94Ms: tenth(ixjb94),
    ratio: hundredth(ours / theirs),
    ratioIxjb94: hundredth(ours / ixjb94),
  });
  const all = measure(CASES, engine);
  const table = CASES.map((asked) => row(asked.title, measure([asked], engineOf([asked]))));
  const { indicator: _all, ...figures } = row('all eight at once', all);
  return {
    table: [...table, row('all eight at once', all)],
    result: { symbols: SYMBOLS, bars: SESSIONS, rounds: ROUNDS, ...figures, worstDifference: worst, goalRatio: 1 },
  };
}

function engineOf(cases: readonly IndicatorCase[]): FeatureEngine {
  const names = cases.flatMap((asked) => asked.columns);
  return makeFeatureEngine(resolveColumns(names).nodes, names);
}

/** The largest difference between our value and TA-Lib's, as a part of the price (of 100 for what has a range). */
function compareAll(market: readonly Bars[], engine: FeatureEngine, talib: ReturnType<typeof makeTalibUser>): number {
  let worst = 0;
  for (const bars of market) {
    const ours = engine.compute({ ...bars, openMinute: null, references: {} });
    for (const [name, theirs] of talib.run(CASES, bars)) {
      const mine = ours[name]!;
      for (let i = 0; i < theirs.length; i++) {
        const difference = Math.abs(mine[i]! - theirs[i]!) / Math.max(Math.abs(theirs[i]!), bars.close[i]!);
        if (difference > worst) worst = difference;
        if (difference > TOLERANCE || Number.isNaN(mine[i]!) !== Number.isNaN(theirs[i]!))
          throw new AppError('corrupt', `${name} at bar ${i}: ${mine[i]} with ours, ${theirs[i]} with TA-Lib`);
      }
    }
  }
  return worst;
}

function splitBars(): Bars[] {
  const table = simulateTable(SYMBOLS, SESSIONS);
  return Array.from({ length: SYMBOLS }, (_, symbol) => {
    const cut = (values: Float64Array): Float64Array => values.slice(symbol * SESSIONS, (symbol + 1) * SESSIONS);
    const [open, high, low, close] = [cut(table.open), cut(table.high), cut(table.low), cut(table.close)];
    return {
      open,
      high,
      low,
      close,
      volumeShares: cut(table.volumeShares),
      sessionDay: table.sessionDay.slice(symbol * SESSIONS, (symbol + 1) * SESSIONS),
      arrays: { high: [...high], low: [...low], close: [...close] },
    };
  });
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const tenth = (value: number): number => Math.round(value * 10) / 10;
const hundredth = (value: number): number => Math.round(value * 100) / 100;
