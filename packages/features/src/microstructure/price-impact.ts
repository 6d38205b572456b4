import { scalarKernel, type Kernel } from '../kernel/kernel.ts';
import { makeMoments, pairMoments } from '../kernel/pair-moments.ts';
import { rollingSums } from '../kernel/rolling-sums.ts';

/** Traded value is counted in ten millions of the currency (a crore of rupees). */
export const VALUE_UNIT = 1e7;

/**
 * Mean of |return| over traded value in ten millions (Amihud 2002), of the bars of the window on which something traded; without a value where
 * that was on fewer than half of them.
 */
export function amihudIlliquidity(bars: number): Kernel {
  const sums = rollingSums(bars, 2);
  const terms = new Float64Array(2);
  const seen = sums.stateLength;
  return scalarKernel({
    outputs: 1,
    lookbackBars: 1,
    stateLength: sums.stateLength + 1,
    run({ close, volumeShares }, _needs, state, from, to, [out]) {
      for (let i = from; i < to; i++) {
        const first = state[seen] === 0;
        state[seen] = 1;
        if (!first) {
          const value = close[i]! * volumeShares[i]!;
          terms[0] = value > 0 ? (VALUE_UNIT * Math.abs(close[i]! / close[i - 1]! - 1)) / value : 0;
          terms[1] = Number(value > 0);
          sums.add(state, 0, terms);
        }
        const traded = sums.sum(state, 0, 1);
        out![i] =
          !first && sums.isFull(state, 0) && traded >= bars / 2
            ? Math.max(0, sums.sum(state, 0, 0)) / traded
            : Number.NaN;
      }
    },
  });
}

/** Signed values that vary by less than a billionth of a unit, a hundredth of the currency, give no slope. */
const LEAST_VARIANCE = 1e-18;

/**
 * Kyle's λ: the slope of returns on signed traded value in ten millions (Kyle 1985; Hasbrouck 2009 from daily data). A bar's sign is that of
 * its close against its open, where these are equal that of the close against the close before, as in the tick rule.
 */
export function kyleLambda(window: number): Kernel {
  const pairs = pairMoments([window]);
  const moments = makeMoments();
  const seen = pairs.stateLength;
  return scalarKernel({
    outputs: 1,
    lookbackBars: 1,
    stateLength: pairs.stateLength + 1,
    run({ open, close, volumeShares }, _needs, state, from, to, [out]) {
      for (let i = from; i < to; i++) {
        if (state[seen] === 0) state[seen] = 1;
        else {
          const sign = Math.sign(close[i]! - open[i]!) || Math.sign(close[i]! - close[i - 1]!);
          const value = (close[i]! * volumeShares[i]!) / VALUE_UNIT;
          pairs.add(state, sign * value, close[i]! / close[i - 1]! - 1);
        }
        const known = pairs.read(state, 0, moments) && moments.xx > moments.count * LEAST_VARIANCE;
        out![i] = known ? moments.xy / moments.xx : Number.NaN;
      }
    },
  });
}
