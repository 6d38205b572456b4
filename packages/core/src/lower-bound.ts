/**
 * The first place of [start, end) at which ascending values are no less than `value`; `end` where all of them are less.
 *
 * @example lowerBound([10, 20, 20, 30], 20) // 1
 */
export function lowerBound(values: ArrayLike<number>, value: number, start = 0, end = values.length): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
