import { runKernel } from '../indicators/run-kernel.ts';
import type { ReferenceSeries } from '../store/reference-series.ts';
import { hmmKernel, type HmmSchedule } from './hmm-kernel.ts';

/** Two years of observations, fitted again each quarter. */
export const HMM_SCHEDULE: HmmSchedule = { window: 504, every: 63, rounds: 12 };

/** References of the market's state, by probability. */
export const MARKET_HMM = ['market_hmm_calm', 'market_hmm_normal', 'market_hmm_volatile'] as const;

/**
 * The market's regime from its index, as references for every instrument: filtered probabilities of calm, normal and volatile at each of the
 * index's days. One model for the market costs one fit a quarter; a model for each instrument would cost more than all other features together.
 * Days on which the index has no value are left out.
 */
export function marketRegime(index: ReferenceSeries, schedule = HMM_SCHEDULE): Record<string, ReferenceSeries> {
  const rows = [...index.close.keys()].filter((row) => index.close[row]! > 0 && index.close[row]! < Infinity);
  const sessionDay = Int32Array.from(rows, (row) => index.sessionDay[row]!);
  const close = Float64Array.from(rows, (row) => index.close[row]!);
  const probs = runKernel(hmmKernel(schedule), { open: close, high: close, low: close, close, volumeShares: close });
  return Object.fromEntries(MARKET_HMM.map((name, state) => [name, { sessionDay, close: probs[state]! }]));
}
