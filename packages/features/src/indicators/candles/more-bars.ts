import { BODY_LONG, BODY_SHORT, FAR, NEAR, SHADOW_VERY_SHORT, type CandlePattern } from './candle-kernel.ts';
import { body, bodyBottom, bodyTop, color, lowerShadow, upperShadow } from './parts.ts';

/** TA-Lib CDLENGULFING: the body covers the one before, of the other color; one end may be equal (±80 there). */
export const engulfing: CandlePattern = {
  means: [],
  first: 2,
  find({ open, close }, i) {
    const side = close[i]! >= open[i]! ? 1 : -1;
    const sideBefore = close[i - 1]! >= open[i - 1]! ? 1 : -1;
    if (side === sideBefore) return 0;
    // How far each end reaches beyond the body before.
    const end = side * (close[i]! - open[i - 1]!);
    const start = side * (close[i - 1]! - open[i]!);
    if (!((end >= 0 && start > 0) || (end > 0 && start >= 0))) return 0;
    return end > 0 && start > 0 ? 100 * side : 80 * side;
  },
};

/** TA-Lib CDLHARAMI: a short body inside the long one before; one end may be equal (±80 there). */
export const harami: CandlePattern = {
  means: [
    [BODY_LONG, 1],
    [BODY_SHORT, 0],
  ],
  first: 11,
  find(bars, i, limits) {
    if (!(body(bars, i - 1) > limits[0]! && body(bars, i) <= limits[1]!)) return 0;
    const top = bodyTop(bars, i - 1) - bodyTop(bars, i);
    const bottom = bodyBottom(bars, i) - bodyBottom(bars, i - 1);
    if (top > 0 && bottom > 0) return -100 * color(bars, i - 1);
    return top >= 0 && bottom >= 0 ? -80 * color(bars, i - 1) : 0;
  },
};

/** TA-Lib CDLPIERCING: after a long fall, opens below its low and closes above its middle. */
export const piercing: CandlePattern = {
  means: [
    [BODY_LONG, 1],
    [BODY_LONG, 0],
  ],
  first: 11,
  find(bars, i, limits) {
    const { open, low, close } = bars;
    const found =
      color(bars, i - 1) === -1 &&
      body(bars, i - 1) > limits[0]! &&
      color(bars, i) === 1 &&
      body(bars, i) > limits[1]! &&
      open[i]! < low[i - 1]! &&
      close[i]! < open[i - 1]! &&
      close[i]! > close[i - 1]! + body(bars, i - 1) * 0.5;
    return found ? 100 : 0;
  },
};

/** TA-Lib CDLDARKCLOUDCOVER: after a long rise, opens above its high and closes below its middle. */
export const darkCloudCover: CandlePattern = {
  means: [[BODY_LONG, 1]],
  first: 11,
  find(bars, i, limits) {
    const { open, high, close } = bars;
    const found =
      color(bars, i - 1) === 1 &&
      body(bars, i - 1) > limits[0]! &&
      color(bars, i) === -1 &&
      open[i]! > high[i - 1]! &&
      close[i]! > open[i - 1]! &&
      close[i]! < close[i - 1]! - body(bars, i - 1) * 0.5;
    return found ? -100 : 0;
  },
};

const STAR_MEANS = [
  [BODY_LONG, 2],
  [BODY_SHORT, 1],
  [BODY_SHORT, 0],
] as const;
const PENETRATION = 0.3;

/** TA-Lib CDLMORNINGSTAR: a long fall, a short body below it, and a rise well into the fall. */
export const morningStar: CandlePattern = {
  means: STAR_MEANS,
  first: 12,
  find(bars, i, limits) {
    const found =
      body(bars, i - 2) > limits[0]! &&
      color(bars, i - 2) === -1 &&
      body(bars, i - 1) <= limits[1]! &&
      bodyTop(bars, i - 1) < bodyBottom(bars, i - 2) &&
      body(bars, i) > limits[2]! &&
      color(bars, i) === 1 &&
      bars.close[i]! > bars.close[i - 2]! + body(bars, i - 2) * PENETRATION;
    return found ? 100 : 0;
  },
};

/** TA-Lib CDLEVENINGSTAR: a long rise, a short body above it, and a fall well into the rise. */
export const eveningStar: CandlePattern = {
  means: STAR_MEANS,
  first: 12,
  find(bars, i, limits) {
    const found =
      body(bars, i - 2) > limits[0]! &&
      color(bars, i - 2) === 1 &&
      body(bars, i - 1) <= limits[1]! &&
      bodyBottom(bars, i - 1) > bodyTop(bars, i - 2) &&
      body(bars, i) > limits[2]! &&
      color(bars, i) === -1 &&
      bars.close[i]! < bars.close[i - 2]! - body(bars, i - 2) * PENETRATION;
    return found ? -100 : 0;
  },
};

/** TA-Lib CDL3WHITESOLDIERS: three rises, each opening in or near the body before, closing near its high and not much shorter. */
export const threeWhiteSoldiers: CandlePattern = {
  means: [
    [SHADOW_VERY_SHORT, 2],
    [SHADOW_VERY_SHORT, 1],
    [SHADOW_VERY_SHORT, 0],
    [NEAR, 2],
    [NEAR, 1],
    [FAR, 2],
    [FAR, 1],
    [BODY_SHORT, 0],
  ],
  first: 12,
  find(bars, i, limits) {
    const { open, close } = bars;
    const found =
      color(bars, i - 2) === 1 &&
      upperShadow(bars, i - 2) < limits[0]! &&
      color(bars, i - 1) === 1 &&
      upperShadow(bars, i - 1) < limits[1]! &&
      color(bars, i) === 1 &&
      upperShadow(bars, i) < limits[2]! &&
      close[i]! > close[i - 1]! &&
      close[i - 1]! > close[i - 2]! &&
      open[i - 1]! > open[i - 2]! &&
      open[i - 1]! <= close[i - 2]! + limits[3]! &&
      open[i]! > open[i - 1]! &&
      open[i]! <= close[i - 1]! + limits[4]! &&
      body(bars, i - 1) > body(bars, i - 2) - limits[5]! &&
      body(bars, i) > body(bars, i - 1) - limits[6]! &&
      body(bars, i) > limits[7]!;
    return found ? 100 : 0;
  },
};

/** TA-Lib CDL3BLACKCROWS: after a rise three falls, each opening in the body before and closing near its low. */
export const threeBlackCrows: CandlePattern = {
  means: [
    [SHADOW_VERY_SHORT, 2],
    [SHADOW_VERY_SHORT, 1],
    [SHADOW_VERY_SHORT, 0],
  ],
  first: 13,
  find(bars, i, limits) {
    const { open, high, close } = bars;
    const found =
      color(bars, i - 3) === 1 &&
      color(bars, i - 2) === -1 &&
      lowerShadow(bars, i - 2) < limits[0]! &&
      color(bars, i - 1) === -1 &&
      lowerShadow(bars, i - 1) < limits[1]! &&
      color(bars, i) === -1 &&
      lowerShadow(bars, i) < limits[2]! &&
      open[i - 1]! < open[i - 2]! &&
      open[i - 1]! > close[i - 2]! &&
      open[i]! < open[i - 1]! &&
      open[i]! > close[i - 1]! &&
      high[i - 3]! > close[i - 2]! &&
      close[i - 2]! > close[i - 1]! &&
      close[i - 1]! > close[i]!;
    return found ? -100 : 0;
  },
};
