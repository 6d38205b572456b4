import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';
import { rollingHighest, rollingLowest } from '../window.ts';

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
      const seen = state[0]!;
      state[1] = rollingHighest(high, period + 1, seen === 0 ? -1 : state[1]!, from, to, upOut, true);
      state[2] = rollingLowest(low, period + 1, seen === 0 ? -1 : state[2]!, from, to, downOut, true);
      for (let i = from; i < to; i++) {
        const up = upOut[i]!;
        const down = downOut[i]!;
        upOut[i] = unit * (period - up);
        downOut[i] = unit * (period - down);
        differenceOut[i] = unit * (down - up);
      }
      const known = Math.min(to, from + period - seen);
      if (known > from) for (const out of outputs) out.fill(Number.NaN, from, known);
      state[0] = Math.min(period, seen + to - from);
    },
  });
}
