import { scalarKernel, type Kernel } from '../kernel/kernel.ts';
import { rollingSums } from '../kernel/rolling-sums.ts';

const GARMAN_KLASS = 2 * Math.LN2 - 1;

/**
 * Volatility per bar from open, high, low and close over a window: Parkinson (1980), Garman and Klass (1980) and Yang and Zhang (2000, with
 * their k, for gaps between bars). A close outside its bar's range, as real bars have it, can make the second negative: no value then.
 */
export function rangeVolatility(bars: number): Kernel {
  const [range, move, moveSquared, gap, gapSquared, drift] = [0, 1, 2, 3, 4, 5];
  const sums = rollingSums(bars, 6);
  const terms = new Float64Array(6);
  const seen = sums.stateLength;
  const k = 0.34 / (1.34 + (bars + 1) / (bars - 1));
  return scalarKernel({
    outputs: 3,
    lookbackBars: 1,
    stateLength: sums.stateLength + 1,
    run({ open, high, low, close }, _needs, state, from, to, [parkinson, garmanKlass, yangZhang]) {
      const variance = (sum: number, squared: number): number => {
        const total = sums.sum(state, 0, sum);
        return (sums.sum(state, 0, squared) - (total * total) / bars) / (bars - 1);
      };
      for (let i = from; i < to; i++) {
        const first = state[seen] === 0;
        state[seen] = 1;
        if (!first) {
          const up = Math.log(high[i]! / open[i]!);
          const down = Math.log(low[i]! / open[i]!);
          const body = Math.log(close[i]! / open[i]!);
          const overnight = Math.log(open[i]! / close[i - 1]!);
          terms[range!] = (up - down) * (up - down);
          terms[move!] = body;
          terms[moveSquared!] = body * body;
          terms[gap!] = overnight;
          terms[gapSquared!] = overnight * overnight;
          terms[drift!] = up * (up - body) + down * (down - body);
          sums.add(state, 0, terms);
        }
        if (first || !sums.isFull(state, 0)) {
          parkinson![i] = garmanKlass![i] = yangZhang![i] = Number.NaN;
          continue;
        }
        const ranges = sums.sum(state, 0, range!) / bars;
        parkinson![i] = rootOf(ranges / (4 * Math.LN2));
        garmanKlass![i] = rootOf(ranges / 2 - (GARMAN_KLASS * sums.sum(state, 0, moveSquared!)) / bars);
        yangZhang![i] = rootOf(
          variance(gap!, gapSquared!) +
            k * variance(move!, moveSquared!) +
            ((1 - k) * sums.sum(state, 0, drift!)) / bars,
        );
      }
    },
  });
}

/** Rounding may leave a variance of nothing below 0 by a hair; what lies further below is no variance. */
const rootOf = (variance: number): number => (variance >= 0 ? Math.sqrt(variance) : variance > -1e-15 ? 0 : Number.NaN);
