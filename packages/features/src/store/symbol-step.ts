import type { ComputeOptions, FeatureEngine, FeatureValues } from '../engine/index.ts';
import type { Series } from '../kernel/kernel.ts';
import { hashHistory, type HistoryHash } from './history-hash.ts';

const HEAD = 3;

export interface SymbolStep {
  /** Values at bars [from, length); views over the engine's memory. */
  readonly values: FeatureValues;
  readonly from: number;
  /** Hash of all bars up to the last one. */
  readonly hash: HistoryHash;
  /** What the next step goes on from. */
  readonly saved: Float64Array;
}

/**
 * Brings one instrument's features up to its last bar. Where `saved` was left behind these very bars, as they are adjusted now, only the new
 * ones are computed; a corrected bar, an ex-date or another reference changes the hash of the past, and everything is computed again.
 */
export function stepSymbol(
  engine: FeatureEngine,
  series: Series,
  saved?: Float64Array,
  options?: ComputeOptions,
): SymbolStep {
  const { length } = series.close;
  const known = saved?.[0] ?? 0;
  let run = engine.start();
  let from = 0;
  let before: HistoryHash | undefined;
  if (saved !== undefined && known > 0 && known <= length) {
    const past = hashHistory(series, 0, known);
    if (past.low === saved[1] && past.high === saved[2]) {
      run = engine.resume(saved.subarray(HEAD));
      from = known;
      before = past;
    }
  }
  const hash = hashHistory(series, from, length, before);
  const values = run.advance(series, from, length, options);
  const state = run.save();
  const next = new Float64Array(HEAD + state.length);
  next.set([length, hash.low, hash.high]);
  next.set(state, HEAD);
  return { values, from, hash, saved: next };
}
