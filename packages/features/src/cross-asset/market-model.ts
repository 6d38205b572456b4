import { clamp } from '../columns.ts';
import { scalarKernel, type Kernel } from '../kernel/kernel.ts';
import { makeMoments, varies } from '../kernel/pair-moments.ts';
import { returnPairs } from '../kernel/return-pairs.ts';

export type MarketMeasure = 'beta' | 'correlation' | 'residual';

/**
 * The regression of this instrument's returns on a reference's over windows of bars (Sharpe 1963): slope, correlation
 * and the standard deviation of what it leaves over, per bar. A bar on which either return is missing is left out of both; a window of which
 * more than a fifth is missing has no value.
 *
 * @param windows in returns, the longest first; outputs are all measures of the first window, then of the next.
 */
export function marketModel(reference: string, windows: readonly number[], measures: readonly MarketMeasure[]): Kernel {
  const pairs = returnPairs(windows);
  const moments = makeMoments();
  const [beta, correlation, residual] = (['beta', 'correlation', 'residual'] as const).map((measure) =>
    measures.indexOf(measure),
  ) as [number, number, number];
  return scalarKernel({
    outputs: windows.length * measures.length,
    lookbackBars: pairs.lookbackBars,
    stateLength: pairs.stateLength,
    run({ close, references }, _needs, state, from, to, out) {
      const other = references[reference]!;
      for (let i = from; i < to; i++) {
        pairs.add(state, other, close, i);
        for (let w = 0; w < windows.length; w++) {
          const first = w * measures.length;
          if (!pairs.read(state, w, moments) || !varies(moments.xx, moments.count)) {
            for (let m = 0; m < measures.length; m++) out[first + m]![i] = Number.NaN;
            continue;
          }
          const { count, xx, yy, xy } = moments;
          const slope = xy / xx;
          if (beta >= 0) out[first + beta]![i] = slope;
          if (correlation >= 0)
            out[first + correlation]![i] = varies(yy, count) ? clamp(xy / Math.sqrt(xx * yy), -1, 1) : Number.NaN;
          if (residual >= 0) out[first + residual]![i] = Math.sqrt(Math.max(0, yy - slope * xy) / (count - 2));
        }
      }
    },
  });
}
