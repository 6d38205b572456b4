import type { Provenance } from '@aion/market/sources/index';
import { collectDrafts, type DraftCollector } from '../drafts.ts';
import type { QuoteSummary } from './fundamentals-schema.ts';

const DAY_MS = 86_400_000;
const raw = (value: unknown): number | null => {
  const number = typeof value === 'object' && value !== null && 'raw' in value ? value.raw : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
};
/** Prices, times and counts of the day are no figures of the company, and would make each day a new version. */
const OF_THE_DAY =
  /price|volume|bid|ask|high|low|open|close|average|marketCap|dayChange|52Week|maxAge|date$|quarter|yearend|yield$|PE$|enterprise|priceTo|ratio$|recommendation|Opinions|beta|shares(Short|PercentSharesOut)|short/i;

/** Yahoo does not say when figures were published: they count as known from when they were fetched. */
export function mapQuoteSummary(
  symbol: string,
  { quoteSummary }: QuoteSummary,
  provenance: Provenance,
): DraftCollector {
  const all = collectDrafts('yahoo', provenance);
  for (const result of quoteSummary.result ?? []) {
    const metrics: Record<string, number> = {};
    for (const [name, value] of Object.entries({ ...result.defaultKeyStatistics, ...result.financialData })) {
      const number = raw(value);
      if (number !== null && !OF_THE_DAY.test(name)) metrics[name] = number;
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
