/** The market as a whole on one session: what gates policy and heads the dashboard. */
export interface MarketRegime {
  readonly trend: 'up' | 'down' | 'sideways';
  readonly volatility: 'calm' | 'normal' | 'high';
  readonly riskOn: boolean;
  readonly breadthFrac: number;
  readonly advancers: number;
  readonly decliners: number;
  readonly index: { readonly name: string; readonly close: number; readonly changeFrac: number } | null;
  readonly volatilityIndex: { readonly name: string; readonly close: number; readonly changeFrac: number } | null;
}

export interface BreadthMember {
  readonly close: number;
  readonly previousClose: number;
  readonly ema50: number;
  /** Standard deviation of the last 20 daily log returns. */
  readonly volatility: number;
}

export interface IndexSeries {
  readonly name: string;
  readonly close: Float64Array;
}

const CALM_VOLATILITY = 0.013;
const HIGH_VOLATILITY = 0.024;

/**
 * Breadth decides: trend is up above 60 % of members over their EMA50 and down below 40 %. Volatility is the median of the
 * members' daily volatility. Risk is on unless the trend is down or volatility is high. Index series are shown, they decide nothing.
 */
export function describeMarket(
  members: readonly BreadthMember[],
  index: IndexSeries | undefined,
  volatilityIndex: IndexSeries | undefined,
): MarketRegime {
  const above = members.filter((member) => member.close > member.ema50).length;
  const breadthFrac = members.length === 0 ? 0 : Math.round((1e4 * above) / members.length) / 1e4;
  const sorted = members
    .map((member) => member.volatility)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  const trend = breadthFrac > 0.6 ? 'up' : breadthFrac < 0.4 ? 'down' : 'sideways';
  const volatility = median > HIGH_VOLATILITY ? 'high' : median < CALM_VOLATILITY ? 'calm' : 'normal';
  return {
    trend,
    volatility,
    riskOn: trend !== 'down' && volatility !== 'high',
    breadthFrac,
    advancers: members.filter((member) => member.close > member.previousClose).length,
    decliners: members.filter((member) => member.close < member.previousClose).length,
    index: lastOf(index),
    volatilityIndex: lastOf(volatilityIndex),
  };
}

function lastOf(series: IndexSeries | undefined): MarketRegime['index'] {
  if (series === undefined || series.close.length < 2) return null;
  const close = series.close.at(-1)!;
  return { name: series.name, close, changeFrac: Math.round(1e6 * (close / series.close.at(-2)! - 1)) / 1e6 };
}
