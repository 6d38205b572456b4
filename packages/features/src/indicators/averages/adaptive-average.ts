import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

const FASTEST = 2 / (2 + 1);
const SLOWEST = 2 / (30 + 1);
/** The least weight that the newest close ever gets: what decides how long the average remembers. */
export const KAMA_LEAST_SHARE = SLOWEST * SLOWEST;

/**
 * Kaufman's adaptive average of the close (TA-Lib KAMA, 2 and 30 bars). Starts from the close before its first value. As in TA-Lib a rise
 * at least as long as the path counts as fully efficient, a fall is measured against it.
 */
export function kamaKernel(period: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: period + 1,
    // Bars seen, at most period + 1; the path of the last `period` steps; the average.
    stateLength: 3,
    run({ close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let path = state[1]!;
      let average = state[2]!;
      for (let i = from; i < to; i++) {
        const price = close[i]!;
        if (seen > period) path -= Math.abs(close[i - period - 1]! - close[i - period]!);
        if (seen > 0) path += Math.abs(price - close[i - 1]!);
        if (seen < period) {
          seen++;
          out[i] = Number.NaN;
          continue;
        }
        if (seen === period) {
          seen++;
          average = close[i - 1]!;
        }
        const way = price - close[i - period]!;
        const efficiency = path <= way || Math.abs(path) < 1e-14 ? 1 : Math.abs(way / path);
        const root = efficiency * (FASTEST - SLOWEST) + SLOWEST;
        average += (price - average) * (root * root);
        out[i] = average;
      }
      state[0] = seen;
      state[1] = path;
      state[2] = average;
    },
  });
}
