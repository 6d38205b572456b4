import type { RecordSource } from '@aion/market/records';
import type { Provenance } from '@aion/market/sources';
import { z } from 'zod';
import { sourceFault } from '../../plumbing/faults.ts';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { collectDrafts, type DraftCollector, joinFetched, requireKind, requireSymbols } from '../drafts.ts';
import { refuseNotice } from './client.ts';
import { toNumber } from './map.ts';

/** Everything is text; an unknown symbol gives an empty object. */
const Overview = z.record(z.string(), z.string());
type Overview = z.infer<typeof Overview>;

/** Figures of the company. Those that move with the price would make each day a new version. */
const FIGURES = [
  'EPS',
  'DilutedEPSTTM',
  'BookValue',
  'DividendPerShare',
  'RevenueTTM',
  'RevenuePerShareTTM',
  'ProfitMargin',
  'OperatingMarginTTM',
  'ReturnOnAssetsTTM',
  'ReturnOnEquityTTM',
  'GrossProfitTTM',
  'EBITDA',
  'QuarterlyEarningsGrowthYOY',
  'QuarterlyRevenueGrowthYOY',
  'SharesOutstanding',
] as const;

/**
 * A company's overview as a draft of a record. It does not tell when its figures were published: they count as known from when they were
 * fetched.
 */
export function mapOverview(symbol: string, overview: Overview, provenance: Provenance): DraftCollector {
  const all = collectDrafts('alphavantage', provenance);
  const quarter = overview['LatestQuarter'] ?? '';
  const numbers = FIGURES.flatMap((name) => {
    const value = toNumber(overview[name]);
    return value === null ? [] : [[name, value] as const];
  });
  if (!/^\d{4}-\d{2}-\d{2}$/.test(quarter) || numbers.length === 0) {
    all.reject(symbol, `expected figures of a quarter, found "${quarter}"`);
    return all;
  }
  const times = { eventMs: Date.parse(quarter), knownMs: provenance.fetchedMs };
  all.add({
    kind: 'fundamental',
    symbols: [symbol],
    ...times,
    currency: overview['Currency'] ?? null,
    metrics: Object.fromEntries(numbers),
  });
  return all;
}

/** Alpha Vantage's figures of US companies, one request for each. An answer about another symbol is a fault of the source. */
export function makeAlphaVantageFundamentals(
  http: SourceHttp,
  apiKey: string,
  baseUrl = 'https://www.alphavantage.co',
): RecordSource {
  return {
    name: http.source,
    kinds: ['fundamental'],
    async fetch(request) {
      requireKind(http.source, request, ['fundamental'], ['US']);
      const signal = http.operation(request.signal);
      const parts = [];
      for (const symbol of requireSymbols(http.source, request)) {
        const query = { function: 'OVERVIEW', symbol, apikey: apiKey };
        const call = { url: `${baseUrl}/query`, query, accept: 'json', signal } as const;
        const { value, provenance } = await http.json(call, Overview, refuseNotice(http));
        if ((value['Symbol'] ?? symbol).toUpperCase() !== symbol) {
          throw sourceFault(
            'shape',
            http.source,
            `expected the figures of ${symbol}, found those of ${value['Symbol']}`,
          );
        }
        parts.push({ ...mapOverview(symbol, value, provenance), provenance });
      }
      return joinFetched(parts);
    },
  };
}
