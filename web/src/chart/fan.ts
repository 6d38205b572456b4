/** A forecast of the close: quantiles at the horizon, in major units. */
export interface Band {
  readonly horizonBars: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/**
 * The band at each bar from now (k = 0, the last close) to the horizon. The models give the horizon only; the way there
 * widens with the square root of time, as a random walk does.
 */
export function fanPoints(lastClose: number, band: Band): { k: number; low: number; median: number; high: number }[] {
  return Array.from({ length: band.horizonBars + 1 }, (_, k) => {
    const linear = k / band.horizonBars;
    const root = Math.sqrt(linear);
    const median = lastClose + (band.median - lastClose) * linear;
    return {
      k,
      low: median + (band.low - band.median) * root,
      median,
      high: median + (band.high - band.median) * root,
    };
  });
}
