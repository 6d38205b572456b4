import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

const RISING_BARS = 22;
const STRENGTH_BARS = 126;

/**
 * How many of the eight conditions of Minervini's trend template hold (Trade Like a Stock Market Wizard, 2013, chapter 5): close above
 * SMA 150 and SMA 200; SMA 150 above SMA 200; SMA 200 above its value 22 bars before; SMA 50 above both; close above SMA 50; close
 * at least 30 % above the 52-week low; close within 25 % of the 52-week high; and stronger than the index over 126 bars. The book's
 * relative-strength rank is of one vendor; ours is the return against `index_close`, and without it the eighth never holds.
 *
 * Needs: sma50, sma150, sma200, high_252, low_252.
 */
export const trendTemplate: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: STRENGTH_BARS,
  // Bars seen; the last 22 values of SMA 200, in a ring.
  stateLength: 1 + RISING_BARS,
  run({ close, references }, [fast, middle, slow, high, low], state, from, to, [out]) {
    let seen = state[0]!;
    const index = references['index_close'];
    for (let i = from; i < to; i++, seen++) {
      const slot = 1 + (seen % RISING_BARS);
      const before = seen >= RISING_BARS ? state[slot]! : Number.NaN;
      state[slot] = slow![i]!;
      const price = close[i]!;
      if (Number.isNaN(before) || Number.isNaN(high![i]!)) {
        out![i] = Number.NaN;
        continue;
      }
      let held = 0;
      if (price > middle![i]! && price > slow![i]!) held++;
      if (middle![i]! > slow![i]!) held++;
      if (slow![i]! > before) held++;
      if (fast![i]! > middle![i]! && fast![i]! > slow![i]!) held++;
      if (price > fast![i]!) held++;
      if (price >= 1.3 * low![i]!) held++;
      if (price >= 0.75 * high![i]!) held++;
      // Comparisons with NaN are false: an index without a value then or now gives no strength.
      if (index !== undefined && price / close[i - STRENGTH_BARS]! > index[i]! / index[i - STRENGTH_BARS]!) held++;
      out![i] = held;
    }
    state[0] = seen;
  },
});
