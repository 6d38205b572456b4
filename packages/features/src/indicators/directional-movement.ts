import { makeColumn, type BarColumns } from '../columns.ts';
import { trueRange } from './volatility.ts';

/**
 * ADX, +DI and −DI with Wilder's smoothing (TA-Lib ADX, PLUS_DI, MINUS_DI). DI is NaN before index `period`, ADX before
 * index 2·period − 1. When +DM equals −DM neither counts, as in TA-Lib.
 */
export function directionalMovement(
  bars: BarColumns,
  period = 14,
): { adx: Float64Array; plusDi: Float64Array; minusDi: Float64Array } {
  const { high, low, close } = bars;
  const length = close.length;
  const adx = makeColumn(length);
  const plusDi = makeColumn(length);
  const minusDi = makeColumn(length);
  let plus = 0;
  let minus = 0;
  let range = 0;
  let dxSum = 0;
  let adxValue = Number.NaN;
  for (let i = 1; i < length; i++) {
    const up = high[i]! - high[i - 1]!;
    const down = low[i - 1]! - low[i]!;
    const plusMove = up > 0 && up > down ? up : 0;
    const minusMove = down > 0 && up < down ? down : 0;
    if (i < period) {
      plus += plusMove;
      minus += minusMove;
      range += trueRange(bars, i);
      continue;
    }
    plus += plusMove - plus / period;
    minus += minusMove - minus / period;
    range += trueRange(bars, i) - range / period;
    plusDi[i] = range === 0 ? 0 : (100 * plus) / range;
    minusDi[i] = range === 0 ? 0 : (100 * minus) / range;
    const sum = plusDi[i]! + minusDi[i]!;
    const dx = sum === 0 ? Number.NaN : (100 * Math.abs(plusDi[i]! - minusDi[i]!)) / sum;
    if (i < 2 * period - 1) {
      if (!Number.isNaN(dx)) dxSum += dx;
    } else if (i === 2 * period - 1) {
      if (!Number.isNaN(dx)) dxSum += dx;
      adxValue = dxSum / period;
      adx[i] = adxValue;
    } else {
      if (!Number.isNaN(dx)) adxValue = (adxValue * (period - 1) + dx) / period;
      adx[i] = adxValue;
    }
  }
  return { adx, plusDi, minusDi };
}
