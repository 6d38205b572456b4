import { scalarKernel, type Kernel } from '../kernel/kernel.ts';
import { makeMoments, pairMoments, varies } from '../kernel/pair-moments.ts';

export type MarketMeasure = 'beta' | 'correlation' | 'residual';

/**
 * The regression of this instrument's log returns, its needed column, on a reference's over windows of bars (Sharpe 1963): slope, correlation
 * and the standard deviation of what it leaves over, per bar. A bar on which either return is missing is left out of both; a window of which
 * more than a fifth is missing has no value.
 *
 * @param windows in returns, the longest first; outputs are all measures of the first window, then of the next.
 */
export function marketModel(reference: string, windows: readonly number[], measures: readonly MarketMeasure[]): Kernel {
  const pairs = pairMoments(windows);
  const moments = makeMoments();
  const read = (measure: MarketMeasure): number => {
    const { count, xx, yy, xy } = moments;
    if (!varies(xx, count)) return Number.NaN;
    if (measure === 'beta') return xy / xx;
    if (measure === 'residual') return Math.sqrt(Math.max(0, yy - (xy * xy) / xx) / (count - 2));
    return varies(yy, count) ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : Number.NaN;
  };
  return scalarKernel({
    outputs: windows.length * measures.length,
    lookbackBars: 1,
    stateLength: pairs.stateLength,
    run({ references }, [returns], state, from, to, out) {
      const other = references[reference]!;
      for (let i = from; i < to; i++) {
        const own = returns![i]!;
        // Only the first bar has no return of its own: there is none before it.
        if (!Number.isNaN(own)) pairs.add(state, Math.log(other[i]! / other[i - 1]!), own);
        let output = 0;
        for (let w = 0; w < windows.length; w++) {
          const known = pairs.read(state, w, moments);
          for (let m = 0; m < measures.length; m++) out[output++]![i] = known ? read(measures[m]!) : Number.NaN;
        }
      }
    },
  });
}
