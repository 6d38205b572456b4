import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

/** Close over the close `bars` bars before, less 1. */
export function returnOver(bars: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: bars,
    stateLength: 1,
    run({ close }, _needs, state, from, to, [out]) {
      let seen = state[0]!;
      for (let i = from; i < to; i++) out![i] = seen++ >= bars ? close[i]! / close[i - bars]! - 1 : Number.NaN;
      state[0] = seen;
    },
  });
}
