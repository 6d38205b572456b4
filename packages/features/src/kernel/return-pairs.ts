import { LEAST_SHARE, type Moments } from './pair-moments.ts';

/** Moments of the returns of two columns over windows of bars, read back from the columns: the state is the sums alone. */
export interface ReturnPairs {
  readonly stateLength: number;
  readonly lookbackBars: number;
  /** Adds the returns at a bar; the bars before it that the state has seen are read again. */
  add(state: Float64Array, x: Float64Array, y: Float64Array, bar: number): void;
  /** Reads a window into `moments`; false while it is not full or fewer than `LEAST_SHARE` of its pairs are there. */
  read(state: Float64Array, window: number, moments: Moments): boolean;
}

/** n, Σx, Σy, Σx², Σy², Σxy */
const SUMS = 6;
/** Where the sums begin. */
const WINDOWS = 2;

/**
 * A pair is there where both returns are: one bar that is missing takes two returns with it. The sums are made anew once in the longest window,
 * so that rounding does not pile up.
 *
 * State: bars seen, at most as many as matter; pairs until the sums are made anew; six sums for each window.
 *
 * @param windows in pairs, the longest first.
 * @param lag bars by which the second column's return is older.
 */
export function returnPairs(windows: readonly number[], lag = 0): ReturnPairs {
  const longest = windows[0]!;
  const move = (
    state: Float64Array,
    sums: number,
    x: Float64Array,
    y: Float64Array,
    bar: number,
    sign: number,
  ): void => {
    const a = x[bar]! / x[bar - 1]! - 1;
    const b = y[bar - lag]! / y[bar - lag - 1]! - 1;
    // NaN or infinite, either of them.
    if (a - a + (b - b) !== 0) return;
    state[sums]! += sign;
    state[sums + 1]! += sign * a;
    state[sums + 2]! += sign * b;
    state[sums + 3]! += sign * a * a;
    state[sums + 4]! += sign * b * b;
    state[sums + 5]! += sign * a * b;
  };
  return {
    stateLength: WINDOWS + SUMS * windows.length,
    lookbackBars: longest + lag + 1,
    add(state, x, y, bar) {
      const before = state[0]!;
      if (before <= longest + lag) state[0] = before + 1;
      // The first return needs two bars, the older one of a lag as many more.
      const pairs = before - lag;
      if (pairs < 1) return;
      const renewed = state[1] === 0;
      if (renewed) state[1] = longest;
      state[1]!--;
      for (let w = 0; w < windows.length; w++) {
        const bars = windows[w]!;
        const sums = WINDOWS + SUMS * w;
        if (renewed) {
          state.fill(0, sums, sums + SUMS);
          for (let i = bar - Math.min(pairs, bars) + 1; i < bar; i++) move(state, sums, x, y, i, 1);
        } else if (pairs > bars) move(state, sums, x, y, bar - bars, -1);
        move(state, sums, x, y, bar, 1);
      }
    },
    read(state, window, moments) {
      const bars = windows[window]!;
      const sums = WINDOWS + SUMS * window;
      const n = state[sums]!;
      if (state[0]! - lag - 1 < bars || n < LEAST_SHARE * bars) return false;
      const share = 1 / n;
      const meanX = state[sums + 1]! * share;
      const meanY = state[sums + 2]! * share;
      moments.count = n;
      moments.meanX = meanX;
      moments.meanY = meanY;
      moments.xx = state[sums + 3]! - n * meanX * meanX;
      moments.yy = state[sums + 4]! - n * meanY * meanY;
      moments.xy = state[sums + 5]! - n * meanX * meanY;
      return true;
    },
  };
}
