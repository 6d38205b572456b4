import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';
import type { BarColumns } from '../../columns.ts';
import { runKernel } from '../run-kernel.ts';

/** Largest of high − low and the distances of high and low from the close before (J. W. Wilder). */
export const trueRangeAt = (high: Float64Array, low: Float64Array, close: Float64Array, i: number): number => {
  const before = close[i - 1]!;
  const top = high[i]!;
  const bottom = low[i]!;
  let range = top - bottom;
  const up = Math.abs(top - before);
  if (up > range) range = up;
  const down = Math.abs(bottom - before);
  return down > range ? down : range;
};

/** True range (TA-Lib TRANGE): none on the first bar, which has no close before it. */
export const trueRangeKernel: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: 1,
  // Whether a bar was seen.
  stateLength: 1,
  run({ high, low, close }, _needs, state, from, to, outputs) {
    const out = outputs[0]!;
    let i = from;
    if (i < to && state[0] === 0) {
      state[0] = 1;
      out[i++] = Number.NaN;
    }
    for (; i < to; i++) out[i] = trueRangeAt(high, low, close, i);
  },
});

/** Average true range with Wilder's smoothing (TA-Lib ATR): the first value, at index `period`, is the mean of the first `period` ranges. */
export function atrKernel(period: number): Kernel {
  const share = 1 / period;
  return scalarKernel({
    outputs: 1,
    lookbackBars: 1,
    // Bars seen, at most period + 1; the average, a sum until there are `period` ranges.
    stateLength: 2,
    run({ high, low, close }, _needs, state, from, to, outputs) {
      const out = outputs[0]!;
      let seen = state[0]!;
      let value = state[1]!;
      let i = from;
      for (; i < to && seen <= period; i++, seen++) {
        if (seen > 0) value += trueRangeAt(high, low, close, i);
        if (seen === period) value /= period;
        out[i] = seen === period ? value : Number.NaN;
      }
      for (; i < to; i++) {
        value += (trueRangeAt(high, low, close, i) - value) * share;
        out[i] = value;
      }
      state[0] = seen;
      state[1] = value;
    },
  });
}

/** Average true range in percent of the close (TA-Lib NATR). Needs the ATR. */
export const natrKernel: Kernel = scalarKernel({
  outputs: 1,
  lookbackBars: 0,
  stateLength: 0,
  run({ close }, needs, _state, from, to, outputs) {
    for (let i = from; i < to; i++) outputs[0]![i] = (needs[0]![i]! / close[i]!) * 100;
  },
});

/** Average true range of bars (TA-Lib ATR). NaN before index `period`. */
export const atr = (bars: BarColumns, period = 14): Float64Array => runKernel(atrKernel(period), bars)[0]!;
