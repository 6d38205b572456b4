/** First and second moments of pairs over the last bars, for several windows over one ring, kept in a kernel's state. */
export interface PairMoments {
  readonly stateLength: number;
  /** Adds one pair; one of which either is NaN takes its place in the window and counts for nothing. */
  add(state: Float64Array, x: number, y: number): void;
  /** Reads a window into `moments`; false while it is not full or fewer than `LEAST_SHARE` of its pairs are there. */
  read(state: Float64Array, window: number, moments: Moments): boolean;
}

/** Sums of squares and products are about the mean. */
export interface Moments {
  count: number;
  meanX: number;
  meanY: number;
  xx: number;
  yy: number;
  xy: number;
}

/** Of a window's pairs so many must be there, else it has no value. */
export const LEAST_SHARE = 0.8;
/** A standard deviation below this is rounding: no price moves by less than a ten-millionth. */
const LEAST_DEVIATION = 1e-7;

export const makeMoments = (): Moments => ({ count: 0, meanX: 0, meanY: 0, xx: 0, yy: 0, xy: 0 });
export const varies = (squares: number, count: number): boolean => squares > count * LEAST_DEVIATION * LEAST_DEVIATION;

/** n, Σx, Σy, Σx², Σy², Σxy */
const SUMS = 6;

/**
 * The sums are made anew from the ring each time it is full round, so that rounding does not pile up.
 *
 * State: pairs held, place of the next one, six sums for each window, the ring of x and y.
 *
 * @param windows in pairs, the longest first.
 */
export function pairMoments(windows: readonly number[]): PairMoments {
  const longest = windows[0]!;
  const ring = 2 + SUMS * windows.length;
  const renew = (state: Float64Array): void => {
    for (let w = 0; w < windows.length; w++) {
      const sums = 2 + SUMS * w;
      state.fill(0, sums, sums + SUMS);
      for (let row = ring + 2 * (longest - windows[w]!); row < ring + 2 * longest; row += 2)
        move(state, sums, state[row]!, state[row + 1]!, Number.NaN, Number.NaN);
    }
  };
  return {
    stateLength: ring + 2 * longest,
    add(state, x, y) {
      // As integers, which find their places in the state faster.
      const held = state[0]! | 0;
      const place = state[1]! | 0;
      for (let w = 0; w < windows.length; w++) {
        const bars = windows[w]!;
        const sums = 2 + SUMS * w;
        if (held >= bars) {
          const gone = ring + 2 * (place >= bars ? place - bars : place - bars + longest);
          move(state, sums, x, y, state[gone]!, state[gone + 1]!);
        } else move(state, sums, x, y, Number.NaN, Number.NaN);
      }
      state[ring + 2 * place] = x;
      state[ring + 2 * place + 1] = y;
      if (held < longest) state[0] = held + 1;
      state[1] = place + 1;
      if (place + 1 < longest) return;
      state[1] = 0;
      renew(state);
    },
    read(state, window, moments) {
      const bars = windows[window]!;
      const sums = 2 + SUMS * window;
      const n = state[sums]!;
      if (state[0]! < bars || n < LEAST_SHARE * bars) return false;
      const share = 1 / n;
      const meanX = state[sums + 1]! * share;
      const meanY = state[sums + 2]! * share;
      moments.count = n;
      moments.meanX = meanX;
      moments.meanY = meanY;
      moments.xx = state[sums + 3]! - n * meanX * meanX;
      moments.yy = state[sums + 4]! - n * meanY * meanY;
      moments.xy = state[sums + 5]! - n * meanX * meanY;
      return true;
    },
  };
}

/** One pair comes, one goes; each that is NaN or infinite in either part does nothing. */
function move(state: Float64Array, sums: number, x: number, y: number, goneX: number, goneY: number): void {
  let come = 1;
  if (x - x + (y - y) !== 0) come = x = y = 0;
  if (goneX - goneX + (goneY - goneY) !== 0) goneX = goneY = 0;
  else come--;
  state[sums]! += come;
  state[sums + 1]! += x - goneX;
  state[sums + 2]! += y - goneY;
  state[sums + 3]! += x * x - goneX * goneX;
  state[sums + 4]! += y * y - goneY * goneY;
  state[sums + 5]! += x * y - goneX * goneY;
}
