import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/** Linearly weighted average of the close, the newest weighing most (TA-Lib WMA). */
export function wmaKernel(period: number): Kernel {
  const divider = (period * (period + 1)) / 2;
  return scalarKernel({
    outputs: 1,
    lookbackBars: period,
    // Bars seen, at most period − 1; plain and weighted sum of that many closes, the newest weighing one less than it will.
    stateLength: 3,
    run({ close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let plain = state[1]!;
      let weighted = state[2]!;
      let i = from;
      for (; i < to && seen < period - 1; i++) {
        seen++;
        plain += close[i]!;
        weighted += close[i]! * seen;
        out[i] = Number.NaN;
      }
      for (; i < to; i++) {
        plain += close[i]!;
        weighted += close[i]! * period;
        out[i] = weighted / divider;
        weighted -= plain;
        plain -= close[i - period + 1]!;
      }
      state[0] = seen;
      state[1] = plain;
      state[2] = weighted;
    },
  });
}

/**
 * Triangular average of the close (TA-Lib TRIMA): weights 1, 2 … up to the middle and down again. From bar to bar the weighted sum gains
 * the newer half of the window and loses the older half.
 */
export function trimaKernel(period: number): Kernel {
  const half = (period + 1) >> 1;
  const divider = period % 2 === 1 ? half * half : half * (half + 1);
  const weight = (place: number): number => (place < half ? place + 1 : period - place);
  return scalarKernel({
    outputs: 1,
    lookbackBars: period,
    // Bars seen, at most period; weighted sum; sums of the newest and of the oldest half of the window.
    stateLength: 4,
    run({ close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let weighted = state[1]!;
      let newer = state[2]!;
      let older = state[3]!;
      let i = from;
      for (; i < to && seen < period; i++) {
        weighted += close[i]! * weight(seen);
        if (seen < half) older += close[i]!;
        if (seen >= period - half) newer += close[i]!;
        out[i] = ++seen === period ? weighted / divider : Number.NaN;
      }
      for (; i < to; i++) {
        newer += close[i]! - close[i - half]!;
        weighted += newer - older;
        older += close[i - period + half]! - close[i - period]!;
        out[i] = weighted / divider;
      }
      state[0] = seen;
      state[1] = weighted;
      state[2] = newer;
      state[3] = older;
    },
  });
}

/**
 * Hull moving average: WMA over ⌊√n⌋ bars of 2·WMA(n/2) − WMA(n), periods cut to whole bars (A. Hull, 2005; TA-Lib has none). First value
 * at index n + ⌊√n⌋ − 2.
 */
export function hmaKernel(period: number): Kernel {
  const short = period >> 1;
  const last = Math.floor(Math.sqrt(period));
  const dividers = [short, period, last].map((n) => (n * (n + 1)) / 2) as [number, number, number];
  return scalarKernel({
    outputs: 1,
    lookbackBars: period,
    // Bars seen; plain and weighted sums of the short, long and last average; place in the ring; the last inner values as a ring.
    stateLength: 8 + last,
    run({ close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      const [shortDivider, longDivider, lastDivider] = dividers;
      let seen = state[0]!;
      let shortSum = state[1]!;
      let shortWeighted = state[2]!;
      let longSum = state[3]!;
      let longWeighted = state[4]!;
      let lastSum = state[5]!;
      let lastWeighted = state[6]!;
      let place = state[7]!;
      for (let i = from; i < to; i++) {
        const price = close[i]!;
        // Each window moves by losing its plain sum, which lowers every weight by one, and taking the newest at full weight.
        if (seen < short) shortWeighted += price * (seen + 1);
        else {
          shortWeighted += price * short - shortSum;
          shortSum -= close[i - short]!;
        }
        shortSum += price;
        if (seen < period) longWeighted += price * (seen + 1);
        else {
          longWeighted += price * period - longSum;
          longSum -= close[i - period]!;
        }
        longSum += price;
        const made = seen - period + 1;
        if (seen < period + last) seen++;
        if (made < 0) {
          out[i] = Number.NaN;
          continue;
        }
        const inner = 2 * (shortWeighted / shortDivider) - longWeighted / longDivider;
        if (made < last) lastWeighted += inner * (made + 1);
        else {
          lastWeighted += inner * last - lastSum;
          lastSum -= state[8 + place]!;
        }
        lastSum += inner;
        state[8 + place] = inner;
        place = place + 1 === last ? 0 : place + 1;
        out[i] = made >= last - 1 ? lastWeighted / lastDivider : Number.NaN;
      }
      state[0] = seen;
      state[1] = shortSum;
      state[2] = shortWeighted;
      state[3] = longSum;
      state[4] = longWeighted;
      state[5] = lastSum;
      state[6] = lastWeighted;
      state[7] = place;
    },
  });
}
