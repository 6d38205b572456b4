import { toIso, EXCHANGES } from '@aion/core';
import type { RecordSource } from '@aion/market/records';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { joinFetched, requireKind, requireSymbols } from '../drafts.ts';
import { MAX_PAGES, tooManyPages } from '../requests.ts';
import { mapSearch } from './map.ts';
import { Search } from './schema.ts';

const WEEK_MS = 7 * 86_400_000;
/** The endpoint wants times that are a little past and less than a week old. */
const MARGIN_MS = 60_000;

/** Posts on X about shares, from its search over the last seven days: what is older cannot be asked for. */
export function makeX(http: SourceHttp, bearer: string, baseUrl = 'https://api.x.com'): RecordSource {
  const headers = { authorization: `Bearer ${bearer}` };
  return {
    name: http.source,
    kinds: ['social'],
    async fetch(request) {
      requireKind(http.source, request, ['social'], EXCHANGES);
      const signal = http.operation(request.signal);
      const nowMs = http.clock.nowMs();
      const start = toIso(Math.max(request.fromMs, nowMs - WEEK_MS + MARGIN_MS));
      const end = toIso(Math.min(request.toMs, nowMs - MARGIN_MS));
      const parts = [];
      for (const symbol of requireSymbols(http.source, request)) {
        let next: string | undefined;
        let pages = 0;
        do {
          if (pages++ >= MAX_PAGES) throw tooManyPages(http.source);
          const query = {
            query: `$${symbol} -is:retweet`,
            start_time: start,
            end_time: end,
            max_results: 100,
            'tweet.fields': 'created_at',
            next_token: next,
          };
          const url = `${baseUrl}/2/tweets/search/recent`;
          const { value, provenance } = await http.json({ url, query, headers, accept: 'json', signal }, Search);
          parts.push({ ...mapSearch(value, symbol, request.symbols, provenance), provenance });
          next = value.meta.next_token;
        } while (next !== undefined);
      }
      return joinFetched(parts);
    },
  };
}
