import type { DailyBars } from '@aion/market';
import type { ComputeOptions, EngineRun, FeatureEngine } from '../engine/index.ts';
import { sliceDaily, toSeries } from './daily-series.ts';
import { hashHistory, type HistoryHash } from './history-hash.ts';
import type { References } from './reference-series.ts';

const HEAD = 3;

/** One run per engine, used for one instrument after the other. */
const runs = new WeakMap<FeatureEngine, EngineRun>();

export interface SymbolStep {
  /** Values at the last bar, in the order of the engine's columns. */
  readonly row: Float64Array;
  /** Whether it went on from what was saved. */
  readonly continued: boolean;
  /** Hash of all bars up to the last one. */
  readonly hash: HistoryHash;
}

/**
 * Brings one instrument's features up to its last bar. Where `saved` was left behind these very bars, as they are adjusted now, only the new
 * ones are computed, on as many bars before them as kernels look back on; a corrected bar or an ex-date changes the hash of the past, and
 * everything is computed again.
 *
 * @param room where to leave what the next step goes on from.
 */
export function stepSymbol(
  engine: FeatureEngine,
  bars: DailyBars,
  references: References,
  saved: Float64Array | undefined,
  options: ComputeOptions | undefined,
  room: (length: number) => Float64Array,
): SymbolStep {
  const { length } = bars.sessionDay;
  const known = saved?.[0] ?? 0;
  // Values are asked for at the last bar: states that have seen it already are of no use.
  if (saved !== undefined && known > 0 && known < length) {
    const past = hashHistory(bars, 0, known);
    if (past.low === saved[1] && past.high === saved[2]) {
      const start = Math.max(0, known - engine.lookbackBars);
      const run = engine.resume(saved.subarray(HEAD), runs.get(engine));
      runs.set(engine, run);
      const series = toSeries(sliceDaily(bars, start, length), references);
      const row = run.advanceTo(series, known - start, length - start, options);
      const hash = hashHistory(bars, known, length, past);
      leave(room, length, hash, run);
      return { row, continued: true, hash };
    }
  }
  const run = engine.start(runs.get(engine));
  runs.set(engine, run);
  const row = run.advanceTo(toSeries(bars, references), 0, length, options);
  const hash = hashHistory(bars, 0, length);
  leave(room, length, hash, run);
  return { row, continued: false, hash };
}

function leave(room: (length: number) => Float64Array, bars: number, { low, high }: HistoryHash, run: EngineRun): void {
  run.save((length) => {
    const whole = room(HEAD + length);
    whole[0] = bars;
    whole[1] = low;
    whole[2] = high;
    return whole.subarray(HEAD);
  });
}
