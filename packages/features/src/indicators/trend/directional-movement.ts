import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';
import { trueRangeAt } from '../volatility/true-range.ts';

/**
 * ADX, +DI and −DI with Wilder's smoothing (TA-Lib ADX, PLUS_DI, MINUS_DI). DI from index `period` on, ADX from 2 · period − 1 on. When +DM
 * equals −DM neither counts. A history without range is 0 for both, and leaves ADX as it was, all as in TA-Lib.
 */
export function directionalMovementKernel(period: number): Kernel {
  const firstAdx = 2 * period - 1;
  const share = 1 / period;
  return scalarKernel({
    outputs: 3,
    lookbackBars: 1,
    // Bars seen, at most 2 · period; smoothed +DM, −DM and range; ADX, a sum of DX until there are `period`.
    stateLength: 5,
    run({ high, low, close }, _needs, state, from, to, outputs) {
      const adxOut = outputs[0]!;
      const plusOut = outputs[1]!;
      const minusOut = outputs[2]!;
      let seen = state[0]!;
      let plus = state[1]!;
      let minus = state[2]!;
      let range = state[3]!;
      let adx = state[4]!;
      let i = from;
      for (; i < to && seen < period; i++, seen++) {
        adxOut[i] = Number.NaN;
        plusOut[i] = Number.NaN;
        minusOut[i] = Number.NaN;
        if (seen === 0) continue;
        const up = high[i]! - high[i - 1]!;
        const down = low[i - 1]! - low[i]!;
        if (down > 0 && up < down) minus += down;
        else if (up > 0 && up > down) plus += up;
        range += trueRangeAt(high, low, close, i);
      }
      for (; i < to; i++) {
        const up = high[i]! - high[i - 1]!;
        const down = low[i - 1]! - low[i]!;
        plus -= plus * share;
        minus -= minus * share;
        const rise = up + Math.abs(up);
        const fall = down + Math.abs(down);
        plus += 0.5 * rise * Number(rise > fall);
        minus += 0.5 * fall * Number(fall > rise);
        range += trueRangeAt(high, low, close, i) - range * share;
        let plusDi = 0;
        let minusDi = 0;
        // Where there is no range, or neither side, TA-Lib leaves the average as it was.
        let dx = -1;
        if (range >= 1e-14) {
          const unit = 100 / range;
          plusDi = plus * unit;
          minusDi = minus * unit;
          if (plusDi + minusDi >= 1e-14) dx = (100 * Math.abs(minus - plus)) / (plus + minus);
        }
        plusOut[i] = plusDi;
        minusOut[i] = minusDi;
        if (seen > firstAdx) {
          if (dx >= 0) adx += (dx - adx) * share;
          adxOut[i] = adx;
        } else {
          if (dx >= 0) adx += dx;
          if (seen === firstAdx) adx /= period;
          adxOut[i] = seen === firstAdx ? adx : Number.NaN;
          seen++;
        }
      }
      state[0] = seen;
      state[1] = plus;
      state[2] = minus;
      state[3] = range;
      state[4] = adx;
    },
  });
}

/** Mean of ADX now and period − 1 bars ago (TA-Lib ADXR). Needs the ADX. */
export function adxrKernel(period: number): Kernel {
  const gap = period - 1;
  return scalarKernel({
    outputs: 1,
    lookbackBars: 0,
    // Values seen, at most period − 1; place in the ring; the ring of ADX values.
    stateLength: 2 + gap,
    run(_series, needs, state, from, to, outputs) {
      const adx = needs[0]!;
      for (let i = from; i < to; i++) {
        const value = adx[i]!;
        outputs[0]![i] = Number.NaN;
        if (Number.isNaN(value)) continue;
        const at = 2 + state[1]!;
        if (state[0]! >= gap) outputs[0]![i] = (value + state[at]!) / 2;
        else state[0]!++;
        state[at] = value;
        state[1] = (state[1]! + 1) % gap;
      }
    },
  });
}
