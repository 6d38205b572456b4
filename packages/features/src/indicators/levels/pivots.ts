import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/**
 * Floor traders' pivots of the session before: P = (high + low + close)/3, R1 = 2P − low, R2 = P + range, S1 = 2P − high, S2 = P − range.
 * On daily bars that is the bar before; on shorter ones the whole session before, and the values stand for all of this one.
 */
export const pivotsKernel: Kernel = scalarKernel({
  outputs: 5,
  lookbackBars: 0,
  // Sessions seen, at most 2; the session at hand; its high, low and close so far; those of the session before.
  stateLength: 8,
  run({ high, low, close, sessionDay }, _needs, state, from, to, outputs) {
    let sessions = state[0]!;
    let day = state[1]!;
    let top = state[2]!;
    let bottom = state[3]!;
    let last = state[4]!;
    let topBefore = state[5]!;
    let bottomBefore = state[6]!;
    let lastBefore = state[7]!;
    for (let i = from; i < to; i++) {
      if (sessions === 0 || sessionDay[i]! !== day) {
        topBefore = top;
        bottomBefore = bottom;
        lastBefore = last;
        day = sessionDay[i]!;
        top = high[i]!;
        bottom = low[i]!;
        if (sessions < 2) sessions++;
      } else {
        if (high[i]! > top) top = high[i]!;
        if (low[i]! < bottom) bottom = low[i]!;
      }
      last = close[i]!;
      const pivot = sessions < 2 ? Number.NaN : (topBefore + bottomBefore + lastBefore) / 3;
      outputs[0]![i] = pivot;
      outputs[1]![i] = 2 * pivot - bottomBefore;
      outputs[2]![i] = pivot + (topBefore - bottomBefore);
      outputs[3]![i] = 2 * pivot - topBefore;
      outputs[4]![i] = pivot - (topBefore - bottomBefore);
    }
    state[0] = sessions;
    state[1] = day;
    state[2] = top;
    state[3] = bottom;
    state[4] = last;
    state[5] = topBefore;
    state[6] = bottomBefore;
    state[7] = lastBefore;
  },
});
