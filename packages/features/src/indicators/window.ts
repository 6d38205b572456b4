/** Index of the highest value in [from, to], the last of equals. */
export function lastHighest(values: Float64Array, from: number, to: number): number {
  let at = from;
  let top = values[from]!;
  for (let j = from + 1; j <= to; j++) {
    const value = values[j]!;
    if (value >= top) {
      top = value;
      at = j;
    }
  }
  return at;
}

/** Index of the lowest value in [from, to], the last of equals. */
export function lastLowest(values: Float64Array, from: number, to: number): number {
  let at = from;
  let bottom = values[from]!;
  for (let j = from + 1; j <= to; j++) {
    const value = values[j]!;
    if (value <= bottom) {
      bottom = value;
      at = j;
    }
  }
  return at;
}
