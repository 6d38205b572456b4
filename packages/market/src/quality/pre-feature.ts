import type { DailyBars } from '../bars.ts';
import type { QualityIssue } from './issue.ts';

export interface PreFeatureRules {
  /** Daily bars that the model input needs. */
  readonly minBars: number;
  /** Largest share of missing values inside these bars. */
  readonly maxNanFrac: number;
  /** Largest share of these bars without volume. */
  readonly maxZeroVolumeFrac: number;
}

export const PRE_FEATURE_RULES: PreFeatureRules = { minBars: 250, maxNanFrac: 0, maxZeroVolumeFrac: 0.2 };

export interface PreFeatureResult {
  readonly issues: readonly QualityIssue[];
  readonly metrics: { readonly bars: number; readonly nanFrac: number; readonly zeroVolumeFrac: number };
}

/** PRE_FEATURE: whether a series, as it would enter the features, has enough history, no holes and trades. */
export function checkPreFeature(bars: DailyBars, rules: PreFeatureRules = PRE_FEATURE_RULES): PreFeatureResult {
  const { symbol } = bars;
  const count = bars.close.length;
  const start = Math.max(0, count - rules.minBars);
  const window = count - start;
  let missing = 0;
  let zero = 0;
  for (let i = start; i < count; i++) {
    if (bars.volumeShares[i] === 0) zero++;
    const sum = bars.open[i]! + bars.high[i]! + bars.low[i]! + bars.close[i]! + bars.volumeShares[i]!;
    if (!Number.isFinite(sum)) missing++;
  }
  const metrics = {
    bars: count,
    nanFrac: window === 0 ? 0 : missing / window,
    zeroVolumeFrac: window === 0 ? 0 : zero / window,
  };
  const issues: QualityIssue[] = [];
  if (count < rules.minBars) {
    const message = `${symbol} has ${count} daily bars, ${rules.minBars} are needed`;
    issues.push({ code: 'short_history', symbol, message, values: { bars: count, needed: rules.minBars } });
  }
  if (metrics.nanFrac > rules.maxNanFrac) {
    const message = `${missing} of the last ${window} bars of ${symbol} hold a value that is no number`;
    issues.push({ code: 'nan_share', symbol, message, values: { missing, window } });
  }
  if (metrics.zeroVolumeFrac > rules.maxZeroVolumeFrac) {
    const message = `${symbol} did not trade on ${zero} of its last ${window} sessions`;
    issues.push({ code: 'illiquid_window', symbol, message, values: { zero, window } });
  }
  return { issues, metrics };
}
