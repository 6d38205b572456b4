import { scalarKernel, type Kernel } from '../kernel/kernel.ts';

const RISING_BARS = 22;

/**
 * How many of the seven conditions of price of Minervini's trend template hold (Trade Like a Stock Market Wizard, 2013, chapter 5): close
 * above SMA 150 and SMA 200; SMA 150 above SMA 200; SMA 200 above its value 22 bars before; SMA 50 above both; close above SMA 50;
 * close at least 30 % above the 52-week low; close within 25 % of the 52-week high. The eighth, a rank of relative strength of at
 * least 70, is one among all symbols: the scan asks for it.
 *
 * Needs: sma50, sma150, sma200, high_252, low_252.
 */
export const trendTemplate: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: 0,
  // Bars seen; the last 22 values of SMA 200, in a ring.
  stateLength: 1 + RISING_BARS,
  run({ close }, [fast, middle, slow, high, low], state, from, to, [out]) {
    let seen = state[0]!;
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
      out![i] = held;
    }
    state[0] = seen;
  },
});
