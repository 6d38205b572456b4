import { scalarKernel, type Kernel } from '../kernel/kernel.ts';
import { makeMoments } from '../kernel/pair-moments.ts';
import { returnPairs } from '../kernel/return-pairs.ts';
import { rollingSums } from '../kernel/rolling-sums.ts';

const ROOTS = 3 - 2 * Math.SQRT2;
const ROOT = Math.sqrt(ROOTS);

/**
 * The spread as a fraction of the price, from the highs and lows of two bars (Corwin and Schultz 2012, equations 14 and 18), mean over so many
 * pairs. As in the paper a pair is moved by the gap when the close before lies outside the bar, and an estimate below 0 counts 0.
 */
export function corwinSchultzSpread(pairs: number): Kernel {
  const sums = rollingSums(pairs, 1);
  const terms = new Float64Array(1);
  const seen = sums.stateLength;
  const rangeBefore = seen + 1;
  return scalarKernel({
    outputs: 1,
    lookbackBars: 1,
    stateLength: sums.stateLength + 2,
    run({ high, low, close }, _needs, state, from, to, [out]) {
      for (let i = from; i < to; i++) {
        const first = state[seen] === 0;
        state[seen] = 1;
        const range = Math.log(high[i]! / low[i]!);
        const before = state[rangeBefore]!;
        state[rangeBefore] = range;
        if (!first) {
          const last = close[i - 1]!;
          const gap = last > high[i]! ? last - high[i]! : last < low[i]! ? last - low[i]! : 0;
          const top = high[i]! + gap;
          const bottom = low[i]! + gap;
          const now = gap === 0 ? range : Math.log(top / bottom);
          const both = Math.log(Math.max(high[i - 1]!, top) / Math.min(low[i - 1]!, bottom));
          terms[0] = pairSpread(before, now, both);
          sums.add(state, 0, terms);
        }
        out![i] = !first && sums.isFull(state, 0) ? Math.max(0, sums.sum(state, 0, 0)) / pairs : Number.NaN;
      }
    },
  });
}

/** From the logarithms of high over low of two bars, and of both together. */
function pairSpread(before: number, now: number, both: number): number {
  const beta = before * before + now * now;
  const alpha = ((Math.SQRT2 - 1) * Math.sqrt(beta)) / ROOTS - both / ROOT;
  if (!(alpha > 0)) return 0;
  const grown = Math.exp(alpha);
  return (2 * (grown - 1)) / (1 + grown);
}

/**
 * The spread as a fraction of the price from returns that turn back: 2·√−cov(r, r before) (Roll 1984). Where returns follow each
 * other the covariance is not negative and the model says nothing: no value.
 */
export function rollSpread(window: number): Kernel {
  const pairs = returnPairs([window], 1);
  const moments = makeMoments();
  return scalarKernel({
    outputs: 1,
    lookbackBars: pairs.lookbackBars,
    stateLength: pairs.stateLength,
    run({ close }, _needs, state, from, to, [out]) {
      for (let i = from; i < to; i++) {
        pairs.add(state, close, close, i);
        const known = pairs.read(state, 0, moments);
        const covariance = known ? moments.xy / (moments.count - 1) : 0;
        // A covariance of rounding is none.
        out![i] = covariance < -1e-15 ? 2 * Math.sqrt(-covariance) : Number.NaN;
      }
    },
  });
}
