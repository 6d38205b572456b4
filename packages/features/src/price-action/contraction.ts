import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

export const LEG_BARS = 20;
const LEGS = 3;
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
  stateLength: 1,
  run({ high, low, close, volumeShares }, _needs, state, from, to, [flag, lastDepth]) {
    let seen = state[0]!;
    const depth = [0, 0, 0];
    const top = [0, 0, 0];
    for (let i = from; i < to; i++) {
      if (++seen < LEGS * LEG_BARS) {
        flag![i] = lastDepth![i] = Number.NaN;
        continue;
      }
      const first = i - LEGS * LEG_BARS + 1;
      // From the newest leg back: where the contraction is broken, the older bars say nothing more.
      let contracts = true;
      for (let leg = LEGS - 1; leg >= 0 && contracts; leg--) {
        let highest = 0;
        let lowest = Infinity;
        for (let j = first + leg * LEG_BARS; j < first + (leg + 1) * LEG_BARS; j++) {
          if (high[j]! > highest) highest = high[j]!;
          if (low[j]! < lowest) lowest = low[j]!;
        }
        depth[leg] = (highest - lowest) / highest;
        top[leg] = highest;
        contracts = leg === LEGS - 1 || depth[leg]! > depth[leg + 1]!;
      }
      lastDepth![i] = depth[LEGS - 1]!;
      flag![i] =
        contracts &&
        depth[LEGS - 1]! <= LAST_OVER_FIRST * depth[0]! &&
        close[i]! >= NEAR_HIGH * Math.max(top[0]!, top[1]!, top[2]!) &&
        volumeOf(volumeShares, i - LEG_BARS + 1) < volumeOf(volumeShares, first)
          ? 1
          : 0;
    }
    state[0] = seen;
  },
});

function volumeOf(volumeShares: Float64Array, start: number): number {
  let sum = 0;
  for (let j = start; j < start + LEG_BARS; j++) sum += volumeShares[j]!;
  return sum;
}
