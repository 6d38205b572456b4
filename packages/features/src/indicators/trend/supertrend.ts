import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/**
 * Supertrend (O. Seban, as TradingView's `ta.supertrend` draws it): the middle of the bar ± factor · ATR, each band only drawn closer until
 * a close passes it; the line is the lower band in a rise (direction 1) and the upper one in a fall (−1). Starts as a fall. Needs the
 * ATR. TA-Lib has none; TradingView counts the direction the other way round.
 */
export function supertrendKernel(factor = 3): Kernel {
  return scalarKernel({
    outputs: 2,
    lookbackBars: 1,
    // Direction, 0 before the first value; upper and lower band.
    stateLength: 3,
    run({ high, low, close }, needs, state, from, to, outputs) {
      const range = needs[0]!;
      const line = outputs[0]!;
      const directionOut = outputs[1]!;
      let direction = state[0]!;
      let upper = state[1]!;
      let lower = state[2]!;
      for (let i = from; i < to; i++) {
        const spread = factor * range[i]!;
        if (Number.isNaN(spread)) {
          line[i] = Number.NaN;
          directionOut[i] = Number.NaN;
          continue;
        }
        const middle = (high[i]! + low[i]!) / 2;
        const price = close[i]!;
        if (direction === 0) {
          upper = middle + spread;
          lower = middle - spread;
          direction = -1;
        } else {
          const before = close[i - 1]!;
          const nextUpper = middle + spread;
          const nextLower = middle - spread;
          if (nextUpper < upper || before > upper) upper = nextUpper;
          if (nextLower > lower || before < lower) lower = nextLower;
          if (direction < 0 && price > upper) direction = 1;
          else if (direction > 0 && price < lower) direction = -1;
        }
        line[i] = direction > 0 ? lower : upper;
        directionOut[i] = direction;
      }
      state[0] = direction;
      state[1] = upper;
      state[2] = lower;
    },
  });
}
