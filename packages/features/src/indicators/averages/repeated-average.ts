import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

export type RepeatedAverage = 'dema' | 'tema' | 'trix';

/**
 * Averages of averages, each EMA seeded with the mean of the first `period` values of the one before: DEMA = 2·e1 − e2 and
 * TEMA = 3·e1 − 3·e2 + e3 (P. Mulloy, 1994), TRIX = percent change of e3 (J. Hutson); TA-Lib DEMA, TEMA, TRIX.
 */
export function repeatedAverageKernel(kind: RepeatedAverage, period: number): Kernel {
  const share = 2 / (period + 1);
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    // Bars seen, at most 3 · period; the three averages, sums until they are seeded.
    stateLength: 4,
    run({ close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let first = state[1]!;
      let second = state[2]!;
      let third = state[3]!;
      for (let i = from; i < to; i++) {
        let value = Number.NaN;
        if (seen >= period) first += (close[i]! - first) * share;
        else {
          first += close[i]!;
          if (seen === period - 1) first /= period;
        }
        if (seen >= period - 1) {
          if (seen >= 2 * period - 1) second += (first - second) * share;
          else {
            second += first;
            if (seen === 2 * period - 2) second /= period;
          }
          if (seen >= 2 * period - 2) {
            if (kind === 'dema') value = 2 * first - second;
            else if (seen >= 3 * period - 2) {
              const before = third;
              third += (second - third) * share;
              value = kind === 'tema' ? 3 * first - 3 * second + third : (third / before - 1) * 100;
            } else {
              third += second;
              if (seen === 3 * period - 3) {
                third /= period;
                if (kind === 'tema') value = 3 * first - 3 * second + third;
              }
            }
          }
        }
        out[i] = value;
        if (seen < 3 * period) seen++;
      }
      state[0] = seen;
      state[1] = first;
      state[2] = second;
      state[3] = third;
    },
  });
}
