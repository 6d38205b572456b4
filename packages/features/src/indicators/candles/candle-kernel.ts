import { scalarKernel, type Kernel } from '../../kernel/kernel.ts';

/** TA-Lib's default candle settings (`TA_CandleDefaultSettings`): what a body, shadow or gap is held against, as a part of a mean of bars before. */
const MEAN_BARS = 10;
const NEAR_BARS = 5;
const DOJI = 0.1;
const VERY_SHORT = 0.1;
const NEAR = 0.2;
const FAR = 0.6;
/** How far into the first body the third bar of a star closes; TA-Lib's default. */
const PENETRATION = 0.3;

/** The patterns in the order of the kernel's outputs: name, title, TA-Lib's function and the index of its first value. */
export const CANDLE_PATTERNS = [
  ['doji', 'doji', 'CDLDOJI', 10],
  ['dragonfly_doji', 'dragonfly doji', 'CDLDRAGONFLYDOJI', 10],
  ['gravestone_doji', 'gravestone doji', 'CDLGRAVESTONEDOJI', 10],
  ['marubozu', 'marubozu', 'CDLMARUBOZU', 10],
  ['spinning_top', 'spinning top', 'CDLSPINNINGTOP', 10],
  ['hammer', 'hammer', 'CDLHAMMER', 11],
  ['hanging_man', 'hanging man', 'CDLHANGINGMAN', 11],
  ['inverted_hammer', 'inverted hammer', 'CDLINVERTEDHAMMER', 11],
  ['shooting_star', 'shooting star', 'CDLSHOOTINGSTAR', 11],
  ['engulfing', 'engulfing', 'CDLENGULFING', 2],
  ['harami', 'harami', 'CDLHARAMI', 11],
  ['piercing', 'piercing line', 'CDLPIERCING', 11],
  ['dark_cloud_cover', 'dark cloud cover', 'CDLDARKCLOUDCOVER', 11],
  ['morning_star', 'morning star', 'CDLMORNINGSTAR', 12],
  ['evening_star', 'evening star', 'CDLEVENINGSTAR', 12],
  ['three_white_soldiers', 'three white soldiers', 'CDL3WHITESOLDIERS', 12],
  ['three_black_crows', 'three black crows', 'CDL3BLACKCROWS', 13],
] as const;

/**
 * Candlestick patterns as TA-Lib defines them: 100 bullish, −100 bearish, 0 none; 80 instead of 100 where one end of an engulfing or harami body
 * equals the other's. One pass for all, since they share the parts of the last four bars and the means before them.
 */
export const candleKernel: Kernel = scalarKernel({
  outputs: CANDLE_PATTERNS.length,
  lookbackBars: MEAN_BARS,
  // Bars seen, at most 13; sums of the bodies and ranges of 10 bars and of the ranges of 5, as they are before this bar, the last and the one
  // before that.
  stateLength: 10,
  run({ open, high, low, close }, _needs, state, from, to, outputs) {
    let seen = state[0]!;
    let bodies = state[1]!;
    let bodies1 = state[2]!;
    let bodies2 = state[3]!;
    let ranges = state[4]!;
    let ranges1 = state[5]!;
    let ranges2 = state[6]!;
    let nears = state[7]!;
    let nears1 = state[8]!;
    let nears2 = state[9]!;
    for (let i = from; i < to; i++) {
      const o = open[i]!;
      const h = high[i]!;
      const l = low[i]!;
      const c = close[i]!;
      const rises = c >= o;
      const top = rises ? c : o;
      const bottom = rises ? o : c;
      const body = Math.abs(c - o);
      const upper = h - top;
      const lower = bottom - l;
      const side = rises ? 100 : -100;

      // Patterns of one bar.
      const known = seen >= 10;
      const short = body < bodies / MEAN_BARS;
      const veryShort = VERY_SHORT * (ranges / MEAN_BARS);
      const isDoji = body <= DOJI * (ranges / MEAN_BARS);
      outputs[0]![i] = !known ? Number.NaN : isDoji ? 100 : 0;
      outputs[1]![i] = !known ? Number.NaN : isDoji && upper < veryShort && lower > veryShort ? 100 : 0;
      outputs[2]![i] = !known ? Number.NaN : isDoji && lower < veryShort && upper > veryShort ? 100 : 0;
      const isMarubozu = upper < veryShort && lower < veryShort && body > bodies / MEAN_BARS;
      outputs[3]![i] = !known ? Number.NaN : isMarubozu ? side : 0;
      outputs[4]![i] = !known ? Number.NaN : short && upper > body && lower > body ? side : 0;

      // Patterns of this bar beside the one before.
      let hammer = 0;
      let hangingMan = 0;
      let invertedHammer = 0;
      let shootingStar = 0;
      let engulfing = 0;
      let harami = 0;
      let piercing = 0;
      let cover = 0;
      let morningStar = 0;
      let eveningStar = 0;
      let soldiers = 0;
      let crows = 0;
      if (seen >= 2) {
        const o1 = open[i - 1]!;
        const c1 = close[i - 1]!;
        const rises1 = c1 >= o1;
        const top1 = rises1 ? c1 : o1;
        const bottom1 = rises1 ? o1 : c1;
        const body1 = Math.abs(c1 - o1);
        const near1 = NEAR * (nears1 / NEAR_BARS);
        const long1 = body1 > bodies1 / MEAN_BARS;
        if (short) {
          if (lower > body && upper < veryShort) {
            if (bottom <= low[i - 1]! + near1) hammer = 100;
            if (bottom >= high[i - 1]! - near1) hangingMan = -100;
          }
          if (upper > body && lower < veryShort) {
            if (top < bottom1) invertedHammer = 100;
            if (bottom > top1) shootingStar = -100;
          }
        }
        if (rises !== rises1 && top >= top1 && bottom <= bottom1 && (top > top1 || bottom < bottom1)) {
          engulfing = top > top1 && bottom < bottom1 ? side : 0.8 * side;
        }
        if (long1) {
          if (body <= bodies / MEAN_BARS && top <= top1 && bottom >= bottom1) {
            harami = (rises1 ? -1 : 1) * (top < top1 && bottom > bottom1 ? 100 : 80);
          }
          if (rises && !rises1) {
            const deep = o < low[i - 1]! && c < o1 && c > c1 + body1 * 0.5;
            if (deep && body > bodies / MEAN_BARS) piercing = 100;
          } else if (!rises && rises1 && o > high[i - 1]! && c > o1 && c < c1 - body1 * 0.5) cover = -100;
        }

        // Patterns of three bars and more.
        const o2 = open[i - 2]!;
        const c2 = close[i - 2]!;
        const rises2 = c2 >= o2;
        const body2 = Math.abs(c2 - o2);
        if (rises !== rises2 && body1 <= bodies1 / MEAN_BARS && body > bodies / MEAN_BARS) {
          const long2 = body2 > bodies2 / MEAN_BARS;
          if (rises && long2 && top1 < c2 && c > c2 + body2 * PENETRATION) morningStar = 100;
          if (!rises && long2 && bottom1 > c2 && c < c2 - body2 * PENETRATION) eveningStar = -100;
        }
        if (rises && rises1 && rises2 && c > c1 && c1 > c2 && o1 > o2 && o > o1) {
          const closeToHighs =
            upper < veryShort &&
            high[i - 1]! - c1 < VERY_SHORT * (ranges1 / MEAN_BARS) &&
            high[i - 2]! - c2 < VERY_SHORT * (ranges2 / MEAN_BARS);
          const opensNear = o1 <= c2 + NEAR * (nears2 / NEAR_BARS) && o <= c1 + near1;
          const asLong = body1 > body2 - FAR * (nears2 / NEAR_BARS) && body > body1 - FAR * (nears1 / NEAR_BARS);
          if (closeToHighs && opensNear && asLong && body > bodies / MEAN_BARS) soldiers = 100;
        }
        if (!rises && !rises1 && !rises2 && c < c1 && c1 < c2 && seen >= 13) {
          const before = close[i - 3]! >= open[i - 3]! && high[i - 3]! > c2;
          const insideBefore = o1 < o2 && o1 > c2 && o < o1 && o > c1;
          const closeToLows =
            lower < veryShort &&
            c1 - low[i - 1]! < VERY_SHORT * (ranges1 / MEAN_BARS) &&
            c2 - low[i - 2]! < VERY_SHORT * (ranges2 / MEAN_BARS);
          if (before && insideBefore && closeToLows) crows = -100;
        }
      }
      outputs[5]![i] = seen >= 11 ? hammer : Number.NaN;
      outputs[6]![i] = seen >= 11 ? hangingMan : Number.NaN;
      outputs[7]![i] = seen >= 11 ? invertedHammer : Number.NaN;
      outputs[8]![i] = seen >= 11 ? shootingStar : Number.NaN;
      outputs[9]![i] = seen >= 2 ? engulfing : Number.NaN;
      outputs[10]![i] = seen >= 11 ? harami : Number.NaN;
      outputs[11]![i] = seen >= 11 ? piercing : Number.NaN;
      outputs[12]![i] = seen >= 11 ? cover : Number.NaN;
      outputs[13]![i] = seen >= 12 ? morningStar : Number.NaN;
      outputs[14]![i] = seen >= 12 ? eveningStar : Number.NaN;
      outputs[15]![i] = seen >= 12 ? soldiers : Number.NaN;
      outputs[16]![i] = seen >= 13 ? crows : Number.NaN;

      bodies2 = bodies1;
      bodies1 = bodies;
      ranges2 = ranges1;
      ranges1 = ranges;
      nears2 = nears1;
      nears1 = nears;
      const range = h - l;
      bodies += known ? body - Math.abs(close[i - 10]! - open[i - 10]!) : body;
      ranges += known ? range - (high[i - 10]! - low[i - 10]!) : range;
      nears += seen >= NEAR_BARS ? range - (high[i - 5]! - low[i - 5]!) : range;
      if (seen < 13) seen++;
    }
    state[0] = seen;
    state[1] = bodies;
    state[2] = bodies1;
    state[3] = bodies2;
    state[4] = ranges;
    state[5] = ranges1;
    state[6] = ranges2;
    state[7] = nears;
    state[8] = nears1;
    state[9] = nears2;
  },
});
