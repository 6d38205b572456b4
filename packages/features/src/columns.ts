/** Open, high, low, close and volume of one instrument and timeframe as equal-length columns, oldest first, adjusted prices. */
export interface BarColumns {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volumeShares: Float64Array;
}

/** A column of NaN, which means "no value": a kernel fills in only the bars that have one. */
export function makeColumn(length: number): Float64Array {
  return new Float64Array(length).fill(Number.NaN);
}

/** The bars from `start` to `end` (exclusive), as views that share the memory of the whole. */
export function sliceColumns(bars: BarColumns, start: number, end: number): BarColumns {
  return {
    open: bars.open.subarray(start, end),
    high: bars.high.subarray(start, end),
    low: bars.low.subarray(start, end),
    close: bars.close.subarray(start, end),
    volumeShares: bars.volumeShares.subarray(start, end),
  };
}

/** A value kept within [low, high]; NaN stays NaN. */
export const clamp = (value: number, low: number, high: number): number =>
  value < low ? low : value > high ? high : value;
