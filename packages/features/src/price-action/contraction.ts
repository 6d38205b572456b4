import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

export const LEG_BARS = 20;
const LEGS = 3;
/** The leg that ends now, and back to the one that ended two legs ago. */
const RING = 2 * LEG_BARS + 1;
const NEAR_HIGH = 0.9;
const LAST_OVER_FIRST = 0.6;

/**
 * Volatility contraction pattern (Minervini, Trade Like a Stock Market Wizard, 2013, chapter 10), made exact: the last 60 bars are
 * cut into three legs of 20. 1 where each leg is shallower than the one before, the last at most 0.6 of the first, its mean volume
 * below the first leg's, and the close within 10 % of the highest high of all three; else 0. Beside it the depth of the last leg:
 * high less low over high.
 */
export const volatilityContraction: Kernel = scalarKernel({
  outputs: 2,
  lookbackBars: LEGS * LEG_BARS - 1,
  // Bars seen; the leg's highest high and how many bars ago, its lowest low likewise; depths and highs of the legs that ended at each of
  // the last bars, in a ring.
  stateLength: 5 + 2 * RING,
  run({ high, low, close, volumeShares }, _needs, state, from, to, [flag, lastDepth]) {
    let seen = state[0]!;
    let top = state[1]!;
    let topAge = state[2]!;
    let bottom = state[3]!;
    let bottomAge = state[4]!;
    for (let i = from; i < to; i++) {
      const first = i - Math.min(seen, LEG_BARS - 1);
      if (seen === 0 || high[i]! >= top) {
        top = high[i]!;
        topAge = 0;
      } else if (++topAge >= LEG_BARS) {
        top = -Infinity;
        for (let j = first; j <= i; j++) {
          if (high[j]! >= top) {
            top = high[j]!;
            topAge = i - j;
          }
        }
      }
      if (seen === 0 || low[i]! <= bottom) {
        bottom = low[i]!;
        bottomAge = 0;
      } else if (++bottomAge >= LEG_BARS) {
        bottom = Infinity;
        for (let j = first; j <= i; j++) {
          if (low[j]! <= bottom) {
            bottom = low[j]!;
            bottomAge = i - j;
          }
        }
      }
      const depth = (top - bottom) / top;
      const slot = seen % RING;
      const middle = 5 + ((seen + RING - LEG_BARS) % RING);
      const oldest = 5 + ((seen + 1) % RING);
      state[5 + slot] = depth;
      state[5 + RING + slot] = top;
      if (++seen < LEGS * LEG_BARS) {
        flag![i] = lastDepth![i] = Number.NaN;
        continue;
      }
      lastDepth![i] = depth;
      flag![i] =
        depth < state[middle]! &&
        state[middle]! < state[oldest]! &&
        depth <= LAST_OVER_FIRST * state[oldest]! &&
        close[i]! >= NEAR_HIGH * Math.max(top, state[RING + middle]!, state[RING + oldest]!) &&
        volumeOf(volumeShares, i - LEG_BARS + 1) < volumeOf(volumeShares, i - LEGS * LEG_BARS + 1)
          ? 1
          : 0;
    }
    state[0] = seen;
    state[1] = top;
    state[2] = topAge;
    state[3] = bottom;
    state[4] = bottomAge;
  },
});

function volumeOf(volumeShares: Float64Array, start: number): number {
  let sum = 0;
  for (let j = start; j < start + LEG_BARS; j++) sum += volumeShares[j]!;
  return sum;
}
