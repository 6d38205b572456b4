import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

/** A run of bars is counted up to this many, so that its count follows from a bounded past. */
export const MAX_STREAK = 20;

/**
 * The bar beside the one before: `gap_frac` (open over the close before), `change_frac` (close over it), `inside_bar` and
 * `outside_bar` (its range within or around the one before, 0 or 1), `up_streak` (bars in a row that closed higher, negative for
 * lower), `rise_streak` (bars in a row with both a higher high and a higher low, negative for both lower).
 */
export const besideTheBarBefore: Kernel = scalarKernel({
  outputs: 6,
  lookbackBars: 1,
  // Bars seen, both streaks.
  stateLength: 3,
  run({ open, high, low, close }, _needs, state, from, to, [gap, change, inside, outside, up, rise]) {
    let seen = state[0]!;
    let upStreak = state[1]!;
    let riseStreak = state[2]!;
    for (let i = from; i < to; i++) {
      if (seen++ === 0) {
        gap![i] = change![i] = inside![i] = outside![i] = up![i] = rise![i] = Number.NaN;
        continue;
      }
      const before = close[i - 1]!;
      gap![i] = open[i]! / before - 1;
      change![i] = close[i]! / before - 1;
      const highs = high[i]! - high[i - 1]!;
      const lows = low[i]! - low[i - 1]!;
      inside![i] = highs <= 0 && lows >= 0 && highs !== lows ? 1 : 0;
      outside![i] = highs >= 0 && lows <= 0 && highs !== lows ? 1 : 0;
      upStreak = nextStreak(upStreak, close[i]! > before, close[i]! < before);
      riseStreak = nextStreak(riseStreak, highs > 0 && lows > 0, highs < 0 && lows < 0);
      up![i] = upStreak;
      rise![i] = riseStreak;
    }
    state[0] = seen;
    state[1] = upStreak;
    state[2] = riseStreak;
  },
});

function nextStreak(streak: number, up: boolean, down: boolean): number {
  if (up) return streak > 0 ? Math.min(MAX_STREAK, streak + 1) : 1;
  if (down) return streak < 0 ? Math.max(-MAX_STREAK, streak - 1) : -1;
  return 0;
}

/** The bar by itself: `range_frac` (high less low, over the close) and `close_place` (where in its range it closed; none on a range of 0). */
export const ownRange: Kernel = scalarKernel({
  outputs: 2,
  lookbackBars: 0,
  stateLength: 0,
  run({ high, low, close }, _needs, _state, from, to, [range, place]) {
    for (let i = from; i < to; i++) {
      const width = high[i]! - low[i]!;
      range![i] = width / close[i]!;
      place![i] = width > 0 ? (close[i]! - low[i]!) / width : Number.NaN;
    }
  },
});

/** 1 where the bar's range is smaller than each of the `bars − 1` before it (Crabel, Day Trading with Short Term Price Patterns, 1990), else 0. */
export function narrowRange(bars: number): Kernel {
  return scalarKernel({
    outputs: 1,
    lookbackBars: bars - 1,
    stateLength: 1,
    run({ high, low }, _needs, state, from, to, [out]) {
      let seen = state[0]!;
      for (let i = from; i < to; i++) {
        if (++seen < bars) {
          out![i] = Number.NaN;
          continue;
        }
        const range = high[i]! - low[i]!;
        let narrowest = 1;
        for (let j = i - bars + 1; j < i; j++) {
          if (high[j]! - low[j]! <= range) {
            narrowest = 0;
            break;
          }
        }
        out![i] = narrowest;
      }
      state[0] = seen;
    },
  });
}
