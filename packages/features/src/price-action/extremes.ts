import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

/**
 * Highest high and lowest low of the `bars` bars *before* each bar: what a breakout breaks. An extreme that leaves the window is
 * looked for again, so a bar costs one comparison on average.
 */
export function extremesBefore(bars: number): Kernel {
  return scalarKernel({
    outputs: 2,
    lookbackBars: bars,
    // Bars seen; the highest high and how many bars ago it was, the lowest low likewise.
    stateLength: 5,
    run({ high, low }, _needs, state, from, to, [highest, lowest]) {
      let [seen, top, topAge, bottom, bottomAge] = state as unknown as [number, number, number, number, number];
      for (let i = from; i < to; i++, seen++) {
        if (seen > 0) {
          const first = i - Math.min(bars, seen);
          if (seen === 1 || high[i - 1]! >= top) {
            top = high[i - 1]!;
            topAge = 1;
          } else if (++topAge > bars) {
            top = -Infinity;
            for (let j = first; j < i; j++) {
              if (high[j]! >= top) {
                top = high[j]!;
                topAge = i - j;
              }
            }
          }
          if (seen === 1 || low[i - 1]! <= bottom) {
            bottom = low[i - 1]!;
            bottomAge = 1;
          } else if (++bottomAge > bars) {
            bottom = Infinity;
            for (let j = first; j < i; j++) {
              if (low[j]! <= bottom) {
                bottom = low[j]!;
                bottomAge = i - j;
              }
            }
          }
        }
        highest![i] = seen >= bars ? top : Number.NaN;
        lowest![i] = seen >= bars ? bottom : Number.NaN;
      }
      state[0] = seen;
      state[1] = top;
      state[2] = topAge;
      state[3] = bottom;
      state[4] = bottomAge;
    },
  });
}

/**
 * From the extremes of the bars before (needs: highest high, lowest low), those with this bar in it, the place of the close in them, and
 * whether this bar made them: `high low from_high from_low new_high new_low`.
 */
export const extremesWithThis: Kernel = scalarKernel({
  outputs: 6,
  lookbackBars: 0,
  stateLength: 0,
  run({ high, low, close }, [topBefore, bottomBefore], _state, from, to, [top, bottom, fromTop, fromBottom, up, down]) {
    for (let i = from; i < to; i++) {
      const before = topBefore![i]!;
      const under = bottomBefore![i]!;
      if (Number.isNaN(before)) {
        top![i] = bottom![i] = fromTop![i] = fromBottom![i] = up![i] = down![i] = Number.NaN;
        continue;
      }
      top![i] = high[i]! > before ? high[i]! : before;
      bottom![i] = low[i]! < under ? low[i]! : under;
      fromTop![i] = close[i]! / top![i]! - 1;
      fromBottom![i] = close[i]! / bottom![i]! - 1;
      up![i] = high[i]! > before ? 1 : 0;
      down![i] = low[i]! < under ? 1 : 0;
    }
  },
});

/** The whole range of the window that ends with this bar over the close (needs: extremes of the bars before). */
export const rangeOverClose: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: 0,
  stateLength: 0,
  run({ high, low, close }, [topBefore, bottomBefore], _state, from, to, [out]) {
    for (let i = from; i < to; i++) {
      const top = high[i]! > topBefore![i]! ? high[i]! : topBefore![i]!;
      const bottom = low[i]! < bottomBefore![i]! ? low[i]! : bottomBefore![i]!;
      out![i] = (top - bottom) / close[i]!;
    }
  },
});
