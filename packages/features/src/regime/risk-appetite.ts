import { clamp } from '../columns.ts';
import { scalarKernel, type Kernel } from '../kernel/kernel.ts';
import { LEAST_SHARE } from '../kernel/pair-moments.ts';

/** At this much, each part of the score is full. */
const FULL = { indexAboveMean: 0.05, volatilityAboveMean: 0.3, volatilityChange: 0.2, breadth: 0.3 } as const;
const CHANGE_BARS = 5;
const PARTS = 3;

export interface RiskReferences {
  readonly index: string;
  readonly volatility: string;
}

/**
 * Risk-on (1) to risk-off (−1): the mean of the index against its own mean, the volatility index against its own mean (logarithm) and its
 * change over five bars, both counted the other way round. A mean of which more than a fifth is missing has no value.
 */
export function riskAppetite({ index, volatility }: RiskReferences, bars: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: bars,
    // Bars seen; bars until the sums are made anew; sum and number of the levels, of the fears.
    stateLength: 6,
    run({ references }, _needs, state, from, to, [out]) {
      const level = references[index]!;
      const fear = references[volatility]!;
      for (let i = from; i < to; i++) {
        const seen = state[0]!;
        if (seen < bars) state[0] = seen + 1;
        if (state[1] === 0) {
          state[1] = bars;
          state.fill(0, 2);
          for (let j = i - Math.min(seen, bars - 1); j < i; j++) count(state, level[j]!, fear[j]!, 1);
        } else if (seen === bars) count(state, level[i - bars]!, fear[i - bars]!, -1);
        state[1]!--;
        count(state, level[i]!, fear[i]!, 1);
        const levels = state[3]!;
        const fears = state[5]!;
        if (seen < bars - 1 || Math.min(levels, fears) < LEAST_SHARE * bars) {
          out![i] = Number.NaN;
          continue;
        }
        const trend = level[i]! / (state[2]! / levels) - 1;
        const height = Math.log(fear[i]! / (state[4]! / fears));
        const rise = fear[i]! / fear[i - CHANGE_BARS]! - 1;
        const parts =
          clamp(trend / FULL.indexAboveMean, -1, 1) -
          clamp(height / FULL.volatilityAboveMean, -1, 1) -
          clamp(rise / FULL.volatilityChange, -1, 1);
        out![i] = parts / PARTS;
      }
    },
  });
}

/** A day of which one is missing counts for the other. */
function count(state: Float64Array, level: number, fear: number, sign: number): void {
  if (level > 0) {
    state[2]! += sign * level;
    state[3]! += sign;
  }
  if (fear > 0) {
    state[4]! += sign * fear;
    state[5]! += sign;
  }
}

/** The score, its needed column, with a fourth part: the share of instruments that stand above their mean, in [0, 1], about one half. */
export function appetiteWithBreadth(breadth: string): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    stateLength: 0,
    run({ references }, [appetite], _state, from, to, [out]) {
      const wide = references[breadth]!;
      for (let i = from; i < to; i++) {
        out![i] = (PARTS * appetite![i]! + clamp((wide[i]! - 0.5) / FULL.breadth, -1, 1)) / (PARTS + 1);
      }
    },
  });
}
