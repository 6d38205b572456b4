import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/**
 * Bollinger bands (TA-Lib BBANDS): SMA ± width · population deviation; %B = place of the close between them, width = their distance over
 * the middle. Sums run over distances from a close of the window, which is renewed every `period` bars: TA-Lib's sums of squares of whole
 * prices lose up to half the digits of a small deviation, and leave bands of about 1e-8 of the price around a price that stands still.
 * Here those are exactly 0, and %B is NaN.
 */
export function bollingerKernel(period: number, width = 2): Kernel {
  return scalarKernel({
    outputs: 5,
    lookbackBars: period,
    // Bars seen, at most period; bars until the next renewal; the close distances are taken from; their sum and sum of squares; bars in a row
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
      for (let i = from; i < to; i++) {
        const price = close[i]!;
        same = seen > 0 && price === close[i - 1]! ? same + 1 : 1;
        if (untilRenewal === 0) {
          untilRenewal = period;
          origin = price;
          sum = 0;
          squares = 0;
          const start = seen < period ? i - seen : i - period + 1;
          for (let j = start; j < i; j++) {
            const distance = close[j]! - origin;
            sum += distance;
            squares += distance * distance;
          }
        } else {
          const distance = price - origin;
          sum += distance;
          squares += distance * distance;
          if (seen === period) {
            const gone = close[i - period]! - origin;
            sum -= gone;
            squares -= gone * gone;
          }
        }
        untilRenewal--;
        if (seen < period) seen++;
        if (seen < period) {
          upperOut[i] = Number.NaN;
          middleOut[i] = Number.NaN;
          lowerOut[i] = Number.NaN;
          placeOut[i] = Number.NaN;
          widthOut[i] = Number.NaN;
          continue;
        }
        const offset = sum / period;
        const middle = same >= period ? price : origin + offset;
        const variance = squares / period - offset * offset;
        const spread = same >= period || variance <= 0 ? 0 : width * Math.sqrt(variance);
        const upper = middle + spread;
        const lower = middle - spread;
        upperOut[i] = upper;
        middleOut[i] = middle;
        lowerOut[i] = lower;
        placeOut[i] = spread > 0 ? (price - lower) / (upper - lower) : Number.NaN;
        widthOut[i] = (upper - lower) / middle;
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
