import { clamp } from '../columns.ts';
import { scalarKernel, type Kernel } from '../kernel/kernel.ts';
import { LEAST_SHARE } from '../kernel/pair-moments.ts';
import { rollingSums } from '../kernel/rolling-sums.ts';

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
  const means = rollingSums(bars, 4);
  const terms = new Float64Array(4);
  const seen = means.stateLength;
  return scalarKernel({
    outputs: 1,
    lookbackBars: CHANGE_BARS,
    stateLength: means.stateLength + 1,
    run({ references }, _needs, state, from, to, [out]) {
      const level = references[index]!;
      const fear = references[volatility]!;
      for (let i = from; i < to; i++) {
        const there = level[i]! > 0;
        const feared = fear[i]! > 0;
        terms[0] = there ? level[i]! : 0;
        terms[1] = Number(there);
        terms[2] = feared ? fear[i]! : 0;
        terms[3] = Number(feared);
        means.add(state, 0, terms);
        const [levels, fears] = [means.sum(state, 0, 1), means.sum(state, 0, 3)];
        const enough = Math.min(levels, fears) >= LEAST_SHARE * bars;
        state[seen]!++;
        if (!means.isFull(state, 0) || !enough) {
          out![i] = Number.NaN;
          continue;
        }
        const trend = level[i]! / (means.sum(state, 0, 0) / levels) - 1;
        const height = Math.log(fear[i]! / (means.sum(state, 0, 2) / fears));
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
