/** Sums of a few terms over the last bars, kept in a kernel's state. */
export interface RollingSums {
  readonly stateLength: number;
  /** Adds the terms of one bar; the oldest leaves once the window is full. Terms are numbers: what a bar lacks is 0 and counted as such. */
  add(state: Float64Array, at: number, terms: ArrayLike<number>): void;
  isFull(state: Float64Array, at: number): boolean;
  sum(state: Float64Array, at: number, term: number): number;
}

/**
 * Each time the ring is full round, the sums are made anew from it: what rounding a huge bar leaves behind is gone after one window.
 *
 * State from `at` on: bars held, place of the next one, the sums, the ring.
 */
export function rollingSums(bars: number, width: number): RollingSums {
  const sums = 2;
  const ring = sums + width;
  return {
    stateLength: ring + bars * width,
    add(state, at, terms) {
      // As an integer, which finds its place faster.
      const place = state[at + 1]! | 0;
      const row = at + ring + place * width;
      if (state[at]! < bars) state[at]!++;
      // A place that was never filled holds 0.
      for (let j = 0; j < width; j++) {
        const term = terms[j]!;
        state[at + sums + j]! += term - state[row + j]!;
        state[row + j] = term;
      }
      if (place + 1 < bars) {
        state[at + 1] = place + 1;
        return;
      }
      state[at + 1] = 0;
      for (let j = 0; j < width; j++) {
        let sum = 0;
        for (let i = at + ring + j; i < at + ring + bars * width; i += width) sum += state[i]!;
        state[at + sums + j] = sum;
      }
    },
    isFull: (state, at) => state[at] === bars,
    sum: (state, at, term) => state[at + sums + term]!,
  };
}
