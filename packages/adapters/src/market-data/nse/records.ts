import type { RecordSource } from '@aion/market/records';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { joinFetched, requireKind, requireSymbols } from '../drafts.ts';
import { nseQueryDate } from './nse-time.ts';
import { mapDisclosures, mapOptionChain } from './records-map.ts';
import { Disclosures, OptionChain } from './records-schema.ts';
import { makeNseSession } from './session.ts';

const KINDS = ['insider_trade', 'option_chain'] as const;

/** Insiders' disclosures and option chains of the exchange's site. */
export function makeNseRecords(http: SourceHttp, homeUrl = 'https://www.nseindia.com'): RecordSource {
  const session = makeNseSession(http, homeUrl);
  return {
    name: http.source,
    kinds: KINDS,
    async fetch(request) {
      requireKind(http.source, request, KINDS, ['NSE']);
      const signal = http.operation(request.signal);
      const parts = [];
      if (request.kind === 'option_chain') {
        for (const symbol of requireSymbols(http.source, request)) {
          const index = /^(NIFTY|BANKNIFTY|FINNIFTY|MIDCPNIFTY)$/.test(symbol) ? 'indices' : 'equities';
          const url = `${homeUrl}/api/option-chain-${index}?symbol=${encodeURIComponent(symbol)}`;
          const { value, provenance } = await session.json(url, OptionChain, signal);
          parts.push({ ...mapOptionChain(symbol, value, provenance), provenance });
        }
        return joinFetched(parts);
      }
      const range = `from_date=${nseQueryDate(request.fromMs)}&to_date=${nseQueryDate(request.toMs)}`;
      for (const symbol of request.symbols.length === 0 ? [undefined] : request.symbols) {
        const only = symbol === undefined ? '' : `&symbol=${encodeURIComponent(symbol)}`;
        const url = `${homeUrl}/api/corporates-pit?index=equities&${range}${only}`;
        const { value, provenance } = await session.json(url, Disclosures, signal);
        parts.push({ ...mapDisclosures(value, provenance), provenance });
      }
      return joinFetched(parts);
    },
  };
}
