/** Reads back, in order, the numbers that a state was saved as. */
export interface StateReader {
  next(): number;
}

export function readState(values: Float64Array): StateReader {
  let place = 0;
  return {
    next() {
      if (place >= values.length) throw new Error('a saved state of smart-money concepts ends too early');
      return values[place++]!;
    },
  };
}
