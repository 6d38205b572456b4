import { clamp } from '../columns.ts';
import { scalarKernel, type Kernel } from '../kernel/kernel.ts';
import { rollingSums } from '../kernel/rolling-sums.ts';

/** Way made over way gone: |close − close n bars before| over the sum of |changes| (Kaufman 1995); no value where nothing moved. */
export function efficiencyRatio(bars: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: bars + 1,
    // Bars seen; bars until the sum is made anew; way gone; bars in a row without a change.
    stateLength: 4,
    run({ close }, _needs, state, from, to, [out]) {
      let seen = state[0]!;
      let untilRenewal = state[1]!;
      let way = state[2]!;
      let quiet = state[3]!;
      for (let i = from; i < to; i++) {
        const step = seen > 0 ? Math.abs(close[i]! - close[i - 1]!) : 0;
        quiet = step === 0 ? quiet + 1 : 0;
        if (untilRenewal === 0) {
          untilRenewal = bars;
          way = 0;
          for (let j = i - Math.min(seen, bars) + 1; j < i; j++) way += Math.abs(close[j]! - close[j - 1]!);
        } else if (seen > bars) way -= Math.abs(close[i - bars]! - close[i - bars - 1]!);
        way += step;
        untilRenewal--;
        out![i] = seen >= bars && quiet < bars ? clamp(Math.abs(close[i]! - close[i - bars]!) / way, 0, 1) : Number.NaN;
        seen++;
      }
      state[0] = seen;
      state[1] = untilRenewal;
      state[2] = way;
      state[3] = quiet;
    },
  });
}

/** Beyond this the line is as good as perfect. */
export const MAX_SLOPE_T = 50;
/** A mean square of log prices about a line, or about their mean, below this is rounding. */
const LEAST_SQUARE = 1e-12;

/**
 * t-statistic of the slope of log closes on time over a window (ordinary least squares), within ±`MAX_SLOPE_T`. Prices remember: a walk without
 * any trend has |t| of about 6 over 50 bars, so it is a scale and not a test.
 */
export function slopeT(bars: number): Kernel {
  const sums = rollingSums(bars, 2);
  const terms = new Float64Array(2);
  const [first, seen, timed] = [sums.stateLength, sums.stateLength + 1, sums.stateLength + 2];
  const timeSquares = (bars * (bars * bars - 1)) / 12;
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    stateLength: sums.stateLength + 3,
    run({ close }, _needs, state, from, to, [out]) {
      for (let i = from; i < to; i++) {
        // Logs are counted from the first close: small numbers keep their digits.
        if (state[seen] === 0) state[first] = close[i]!;
        state[seen] = 1;
        const y = Math.log(close[i]! / state[first]!);
        const place = state[1]!;
        // Everything in the window moves one place back in time.
        if (sums.isFull(state, 0)) state[timed]! -= sums.sum(state, 0, 0) - state[4 + 2 * place]!;
        state[timed]! += y * (sums.isFull(state, 0) ? bars - 1 : state[0]!);
        terms[0] = y;
        terms[1] = y * y;
        sums.add(state, 0, terms);
        if (!sums.isFull(state, 0)) {
          out![i] = Number.NaN;
          continue;
        }
        // The ring is full round: it lies in order of time.
        if (state[1] === 0) {
          let sum = 0;
          for (let j = 0; j < bars; j++) sum += j * state[4 + 2 * j]!;
          state[timed] = sum;
        }
        const total = sums.sum(state, 0, 0);
        const product = state[timed]! - (total * (bars - 1)) / 2;
        const squares = sums.sum(state, 0, 1) - (total * total) / bars;
        const slope = product / timeSquares;
        const left = squares - slope * product;
        if (squares <= bars * LEAST_SQUARE) out![i] = Number.NaN;
        else if (left <= bars * LEAST_SQUARE) out![i] = Math.sign(slope) * MAX_SLOPE_T;
        else out![i] = clamp(slope / Math.sqrt(left / (bars - 2) / timeSquares), -MAX_SLOPE_T, MAX_SLOPE_T);
      }
    },
  });
}
