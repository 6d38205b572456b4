import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';
import { lastHighest, lastLowest } from '../window.ts';

/**
 * Aroon up and down: how lately the highest high and the lowest low of period + 1 bars came, 100 for this bar and 0 for the oldest, and
 * their difference (TA-Lib AROON, AROONOSC; T. Chande). Of equal extremes the last counts.
 */
export function aroonKernel(period: number): Kernel {
  const unit = 100 / period;
  return scalarKernel({
    outputs: 3,
    lookbackBars: period + 1,
    // Bars seen, at most period; bars since the highest high and the lowest low.
    stateLength: 3,
    run({ high, low }, _needs, state, from, to, outputs) {
      const upOut = outputs[0]!;
      const downOut = outputs[1]!;
      const differenceOut = outputs[2]!;
      let seen = state[0]!;
      let topAt = from - 1 - state[1]!;
      let bottomAt = from - 1 - state[2]!;
      let top = seen === 0 ? -Infinity : high[topAt]!;
      let bottom = seen === 0 ? Infinity : low[bottomAt]!;
      for (let i = from; i < to; i++) {
        const start = i - period;
        if (high[i]! >= top) {
          top = high[i]!;
          topAt = i;
        } else if (topAt < start) {
          topAt = lastHighest(high, start, i);
          top = high[topAt]!;
        }
        if (low[i]! <= bottom) {
          bottom = low[i]!;
          bottomAt = i;
        } else if (bottomAt < start) {
          bottomAt = lastLowest(low, start, i);
          bottom = low[bottomAt]!;
        }
        const known = seen >= period;
        upOut[i] = known ? unit * (period - (i - topAt)) : Number.NaN;
        downOut[i] = known ? unit * (period - (i - bottomAt)) : Number.NaN;
        differenceOut[i] = known ? unit * (topAt - bottomAt) : Number.NaN;
        if (!known) seen++;
      }
      state[0] = seen;
      state[1] = to - 1 - topAt;
      state[2] = to - 1 - bottomAt;
    },
  });
}
