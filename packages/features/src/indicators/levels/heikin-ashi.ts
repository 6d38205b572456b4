import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/** Heikin-Ashi bars (D. Valcu, 2004): close = mean of the bar, open = middle of the body before; the first opens at (open + close)/2. */
export const heikinAshiKernel: Kernel = scalarKernel({
  outputs: 4,
  lookbackBars: 0,
  // Whether a bar was seen; open of the next bar.
  stateLength: 2,
  run({ open, high, low, close }, _needs, state, from, to, outputs) {
    const [openOut, highOut, lowOut, closeOut] = outputs as [Float64Array, Float64Array, Float64Array, Float64Array];
    let next = state[1]!;
    if (from < to && state[0] === 0) {
      state[0] = 1;
      next = (open[from]! + close[from]!) / 2;
    }
    for (let i = from; i < to; i++) {
      const top = high[i]!;
      const bottom = low[i]!;
      const first = next;
      const last = (open[i]! + top + bottom + close[i]!) / 4;
      openOut[i] = first;
      closeOut[i] = last;
      highOut[i] = top > first ? (top > last ? top : last) : first > last ? first : last;
      lowOut[i] = bottom < first ? (bottom < last ? bottom : last) : first < last ? first : last;
      next = (first + last) / 2;
    }
    state[1] = next;
  },
});
