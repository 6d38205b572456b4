/**
 * The highest value of each `window` bars that end with bars [from, to), this one included, or with `ages` how many bars ago it came: the
 * last of equals. An extreme that leaves the window is looked for again, so a bar costs about one comparison.
 *
 * Extremes and what is made of them are two passes on purpose: nobody can foretell which comparison a price wins, and a wrong guess
 * throws away the divisions that are under way. In one pass with them a stochastic took about a tenth longer.
 *
 * @param age bars from the highest one to the bar before `from`; negative when there is none
 * @returns the same for the last bar
 */
export function rollingHighest(
  values: Float64Array,
  window: number,
  age: number,
  from: number,
  to: number,
  out: Float64Array,
  ages = false,
): number {
  let at = from - 1 - age;
  let top = age < 0 ? -Infinity : values[at]!;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (value >= top) {
      top = value;
      at = i;
    } else if (at <= i - window) {
      at = i - window + 1;
      top = values[at]!;
      for (let j = at + 1; j <= i; j++) {
        const other = values[j]!;
        if (other >= top) {
          top = other;
          at = j;
        }
      }
    }
    out[i] = ages ? i - at : top;
  }
  return to - 1 - at;
}

/**
 * The lowest value of each window, as `rollingHighest` gives the highest. Written out again: the comparison is the innermost step, and one
 * that is handed in is called for every bar.
 */
export function rollingLowest(
  values: Float64Array,
  window: number,
  age: number,
  from: number,
  to: number,
  out: Float64Array,
  ages = false,
): number {
  let at = from - 1 - age;
  let bottom = age < 0 ? Infinity : values[at]!;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (value <= bottom) {
      bottom = value;
      at = i;
    } else if (at <= i - window) {
      at = i - window + 1;
      bottom = values[at]!;
      for (let j = at + 1; j <= i; j++) {
        const other = values[j]!;
        if (other <= bottom) {
          bottom = other;
          at = j;
        }
      }
    }
    out[i] = ages ? i - at : bottom;
  }
  return to - 1 - at;
}
