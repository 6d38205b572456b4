/**
 * Bars after which an exponential memory has forgotten what came before its first value: the smallest m for which
 * order · (1 + k·m)^(order − 1) · (1 − k)^m ≤ tolerance. `order` averages of the same k, one over the other, forget with a polynomial before
 * the power. What is forgotten is taken to be as large as the value's scale itself, which real series stay far below.
 *
 * @param share weight of the newest value: 2/(n + 1) for an EMA, 1/n for Wilder's smoothing.
 */
export function decayBars(share: number, order = 1, tolerance = 1e-6): number {
  if (share >= 1) return order;
  let bars = 1;
  while (order * (1 + share * bars) ** (order - 1) * (1 - share) ** bars > tolerance) bars++;
  return bars;
}

export const emaShare = (period: number): number => 2 / (period + 1);
export const wilderShare = (period: number): number => 1 / period;

/** For ratios of two averages, or values in units of a range: what remains is large beside a denominator that has shrunk since. */
export const RATIO_TOLERANCE = 1e-9;
