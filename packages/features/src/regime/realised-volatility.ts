import { scalarKernel, type Kernel } from '../kernel/kernel.ts';
import { makeMoments, pairMoments } from '../kernel/pair-moments.ts';

/** Logarithm of the close over the close before. */
export const logReturn: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: 1,
  stateLength: 1,
  run({ close }, _needs, state, from, to, [out]) {
    for (let i = from; i < to; i++) {
      out![i] = state[0] === 0 ? Number.NaN : Math.log(close[i]! / close[i - 1]!);
      state[0] = 1;
    }
  },
});

/** Standard deviation per bar of log returns, the needed column, over windows of them, the longest first. */
export function realisedVolatility(windows: readonly number[]): Kernel {
  const pairs = pairMoments(windows);
  const moments = makeMoments();
  return scalarKernel({
    outputs: windows.length,
    lookbackBars: 0,
    stateLength: pairs.stateLength,
    run(_series, [returns], state, from, to, out) {
      for (let i = from; i < to; i++) {
        if (!Number.isNaN(returns![i]!)) pairs.add(state, 0, returns![i]!);
        for (let w = 0; w < windows.length; w++) {
          const known = pairs.read(state, w, moments);
          out[w]![i] = known ? Math.sqrt(Math.max(0, moments.yy) / (moments.count - 1)) : Number.NaN;
        }
      }
    },
  });
}
