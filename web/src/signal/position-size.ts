export interface SizeInput {
  readonly capitalMinor: number;
  /** Share of the capital that may be lost at the stop, in [0,1]. */
  readonly riskFrac: number;
  readonly entryMinor: number;
  readonly stopMinor: number;
}
export interface Size {
  readonly shares: number;
  readonly costMinor: number;
  readonly lossAtStopMinor: number;
  /** What ends the size: the risk that was allowed, or the money that is there. */
  readonly limitedBy: 'risk' | 'capital';
}

/** Whole shares such that the loss at the stop stays within the risk and the cost within the capital. */
export function sizePosition({ capitalMinor, riskFrac, entryMinor, stopMinor }: SizeInput): Size | null {
  const riskPerShare = entryMinor - stopMinor;
  if (!(capitalMinor > 0) || !(riskFrac > 0) || !(entryMinor > 0) || !(riskPerShare > 0)) return null;
  const byRisk = Math.floor((capitalMinor * Math.min(1, riskFrac)) / riskPerShare);
  const byCapital = Math.floor(capitalMinor / entryMinor);
  const shares = Math.min(byRisk, byCapital);
  return {
    shares,
    costMinor: shares * entryMinor,
    lossAtStopMinor: shares * riskPerShare,
    limitedBy: byRisk <= byCapital ? 'risk' : 'capital',
  };
}
