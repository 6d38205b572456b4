import type { Series } from '../../kernel/kernel.ts';
import { BODY_DOJI, BODY_LONG, BODY_SHORT, NEAR, SHADOW_VERY_SHORT, type CandlePattern } from './candle-kernel.ts';
import { body, bodyBottom, bodyTop, color, lowerShadow, upperShadow } from './parts.ts';

/** TA-Lib CDLDOJI: hardly any body. */
export const doji: CandlePattern = {
  means: [[BODY_DOJI, 0]],
  first: 10,
  find: (bars, i, limits) => (body(bars, i) <= limits[0]! ? 100 : 0),
};

/** TA-Lib CDLDRAGONFLYDOJI: a doji that opened and closed at its high. */
export const dragonflyDoji: CandlePattern = {
  means: [
    [BODY_DOJI, 0],
    [SHADOW_VERY_SHORT, 0],
  ],
  first: 10,
  find: (bars, i, limits) =>
    body(bars, i) <= limits[0]! && upperShadow(bars, i) < limits[1]! && lowerShadow(bars, i) > limits[1]! ? 100 : 0,
};

/** TA-Lib CDLGRAVESTONEDOJI: a doji that opened and closed at its low. */
export const gravestoneDoji: CandlePattern = {
  means: dragonflyDoji.means,
  first: 10,
  find: (bars, i, limits) =>
    body(bars, i) <= limits[0]! && lowerShadow(bars, i) < limits[1]! && upperShadow(bars, i) > limits[1]! ? 100 : 0,
};

/** TA-Lib CDLMARUBOZU: a long body without shadows. */
export const marubozu: CandlePattern = {
  means: [
    [BODY_LONG, 0],
    [SHADOW_VERY_SHORT, 0],
  ],
  first: 10,
  find: (bars, i, limits) =>
    body(bars, i) > limits[0]! && upperShadow(bars, i) < limits[1]! && lowerShadow(bars, i) < limits[1]!
      ? 100 * color(bars, i)
      : 0,
};

/** TA-Lib CDLSPINNINGTOP: a short body between longer shadows. */
export const spinningTop: CandlePattern = {
  means: [[BODY_SHORT, 0]],
  first: 10,
  find: (bars, i, limits) =>
    body(bars, i) < limits[0]! && upperShadow(bars, i) > body(bars, i) && lowerShadow(bars, i) > body(bars, i)
      ? 100 * color(bars, i)
      : 0,
};

/** A short body over a long lower shadow, with hardly an upper one. */
const isHammer = (bars: Series, i: number, limits: Float64Array): boolean =>
  body(bars, i) < limits[0]! && lowerShadow(bars, i) > body(bars, i) && upperShadow(bars, i) < limits[1]!;

/** TA-Lib CDLHAMMER: below or near the low before. */
export const hammer: CandlePattern = {
  means: [
    [BODY_SHORT, 0],
    [SHADOW_VERY_SHORT, 0],
    [NEAR, 1],
  ],
  first: 11,
  find: (bars, i, limits) =>
    isHammer(bars, i, limits) && bodyBottom(bars, i) <= bars.low[i - 1]! + limits[2]! ? 100 : 0,
};

/** TA-Lib CDLHANGINGMAN: a hammer above or near the high before. */
export const hangingMan: CandlePattern = {
  means: hammer.means,
  first: 11,
  find: (bars, i, limits) =>
    isHammer(bars, i, limits) && bodyBottom(bars, i) >= bars.high[i - 1]! - limits[2]! ? -100 : 0,
};

/** A short body under a long upper shadow, with hardly a lower one. */
const isInverted = (bars: Series, i: number, limits: Float64Array): boolean =>
  body(bars, i) < limits[0]! && upperShadow(bars, i) > body(bars, i) && lowerShadow(bars, i) < limits[1]!;

/** TA-Lib CDLINVERTEDHAMMER: its body lies below the one before. */
export const invertedHammer: CandlePattern = {
  means: [
    [BODY_SHORT, 0],
    [SHADOW_VERY_SHORT, 0],
  ],
  first: 11,
  find: (bars, i, limits) => (isInverted(bars, i, limits) && bodyTop(bars, i) < bodyBottom(bars, i - 1) ? 100 : 0),
};

/** TA-Lib CDLSHOOTINGSTAR: an inverted hammer whose body lies above the one before. */
export const shootingStar: CandlePattern = {
  means: invertedHammer.means,
  first: 11,
  find: (bars, i, limits) => (isInverted(bars, i, limits) && bodyBottom(bars, i) > bodyTop(bars, i - 1) ? -100 : 0),
};
