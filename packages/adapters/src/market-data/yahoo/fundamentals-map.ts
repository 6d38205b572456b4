import type { Provenance } from '@aion/market/sources';
import { collectDrafts, type DraftCollector } from '../drafts.ts';
import type { QuoteSummary } from './fundamentals-schema.ts';

const DAY_MS = 86_400_000;
const raw = (value: unknown): number | null => {
  const number = typeof value === 'object' && value !== null && 'raw' in value ? value.raw : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
};
/** Figures of the company. Those that move with the price (ratios to it, yields, targets) would make each day a new version. */
const FIGURES = [
  'trailingEps',
  'forwardEps',
  'bookValue',
  'sharesOutstanding',
  'floatShares',
  'heldPercentInsiders',
  'heldPercentInstitutions',
  'netIncomeToCommon',
  'profitMargins',
  'earningsQuarterlyGrowth',
  'earningsGrowth',
  'revenueGrowth',
  'totalRevenue',
  'revenuePerShare',
  'grossProfits',
  'grossMargins',
  'ebitda',
  'ebitdaMargins',
  'operatingMargins',
  'operatingCashflow',
  'freeCashflow',
  'totalCash',
  'totalDebt',
  'debtToEquity',
  'quickRatio',
  'currentRatio',
  'returnOnAssets',
  'returnOnEquity',
  'payoutRatio',
  'dividendRate',
] as const;

/** Yahoo does not say when figures were published: they count as known from when they were fetched. */
export function mapQuoteSummary(
  symbol: string,
  { quoteSummary }: QuoteSummary,
  provenance: Provenance,
): DraftCollector {
  const all = collectDrafts('yahoo', provenance);
  for (const result of quoteSummary.result ?? []) {
    const metrics: Record<string, number> = {};
    const given = { ...result.summaryDetail, ...result.defaultKeyStatistics, ...result.financialData };
    for (const name of FIGURES) {
      const number = raw(given[name]);
      if (number !== null) metrics[name] = number;
    }
    const quarter = raw(result.defaultKeyStatistics?.['mostRecentQuarter']);
    const currency = result.financialData?.['financialCurrency'];
    if (Object.keys(metrics).length === 0) {
      all.reject(symbol, 'expected figures, found none');
      continue;
    }
    all.add({
      kind: 'fundamental',
      symbols: [symbol],
      eventMs: quarter === null ? Math.floor(provenance.fetchedMs / DAY_MS) * DAY_MS : quarter * 1000,
      knownMs: provenance.fetchedMs,
      currency: typeof currency === 'string' ? currency : null,
      metrics,
    });
  }
  return all;
}
