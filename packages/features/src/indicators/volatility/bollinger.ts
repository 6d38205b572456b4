import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/**
 * Bollinger bands (TA-Lib BBANDS): SMA ± width · population deviation; %B = place of the close between them, width = their distance over
 * the middle. Sums run over distances from a close of the window, which is renewed every `period` bars: TA-Lib's sums of squares of whole
 * prices lose up to half the digits of a small deviation, and leave bands of about 1e-8 of the price around a price that stands still.
 * Here those are exactly 0, and %B is NaN.
 */
export function bollingerKernel(period: number, width = 2): Kernel {
  const share = 1 / period;
  return scalarKernel({
    outputs: 5,
    lookbackBars: period - 1,
    // Bars seen, at most period − 1; bars until the next renewal; the close distances are taken from; their sum and sum of squares; bars in a row
    // of one close.
    stateLength: 6,
    run({ close }, _needs, state, from, to, outputs) {
      const upperOut = outputs[0]!;
      const middleOut = outputs[1]!;
      const lowerOut = outputs[2]!;
      const placeOut = outputs[3]!;
      const widthOut = outputs[4]!;
      let seen = state[0]!;
      let untilRenewal = state[1]!;
      let origin = state[2]!;
      let sum = state[3]!;
      let squares = state[4]!;
      let same = state[5]!;
      let before = seen > 0 ? close[from - 1]! : Number.NaN;
      let i = from;
      for (; i < to && seen < period - 1; i++, seen++) {
        const price = close[i]!;
        if (seen === 0) origin = price;
        const distance = price - origin;
        sum += distance;
        squares += distance * distance;
        same = price === before ? same + 1 : 1;
        before = price;
        upperOut[i] = Number.NaN;
        middleOut[i] = Number.NaN;
        lowerOut[i] = Number.NaN;
        placeOut[i] = Number.NaN;
        widthOut[i] = Number.NaN;
      }
      while (i < to) {
        if (untilRenewal === 0) {
          untilRenewal = period;
          origin = before;
          sum = 0;
          squares = 0;
          for (let j = i - period + 1; j < i; j++) {
            const distance = close[j]! - origin;
            sum += distance;
            squares += distance * distance;
          }
        }
        const end = Math.min(to, i + untilRenewal);
        untilRenewal -= end - i;
        // The sums hold the period − 1 bars before this one.
        for (; i < end; i++) {
          const price = close[i]!;
          const distance = price - origin;
          sum += distance;
          squares += distance * distance;
          same = price === before ? same + 1 : 1;
          before = price;
          const still = same >= period;
          const offset = sum * share;
          const middle = still ? price : origin + offset;
          const variance = squares * share - offset * offset;
          const spread = still || variance <= 0 ? 0 : width * Math.sqrt(variance);
          const lower = middle - spread;
          upperOut[i] = middle + spread;
          middleOut[i] = middle;
          lowerOut[i] = lower;
          placeOut[i] = spread > 0 ? (price - lower) / (2 * spread) : Number.NaN;
          widthOut[i] = (2 * spread) / middle;
          const gone = close[i - period + 1]! - origin;
          sum -= gone;
          squares -= gone * gone;
        }
      }
      state[0] = seen;
      state[1] = untilRenewal;
      state[2] = origin;
      state[3] = sum;
      state[4] = squares;
      state[5] = same;
    },
  });
}
