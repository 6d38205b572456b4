import { toIso } from '@aion/core';
import type { RecordSource } from '@aion/market/records';
import type { Provenance } from '@aion/market/sources';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import {
  collectDrafts,
  type DraftCollector,
  joinFetched,
  plainText,
  requireKind,
  toSymbols,
  webUrl,
} from '../drafts.ts';
import { type AlpacaOptions, makeAlpacaApi } from './api.ts';
import { News } from './schema.ts';

/** Alpaca's stories as drafts of records. A story counts as known from its last change on, since its first text is not kept there. */
export function mapNews({ news }: News, provenance: Provenance): DraftCollector {
  const all = collectDrafts('alpaca', provenance);
  for (const { id, headline, summary, author, created_at, updated_at, url, symbols, source } of news) {
    const eventMs = Date.parse(created_at);
    all.add({
      kind: 'news',
      storyId: String(id),
      symbols: toSymbols(symbols),
      eventMs,
      knownMs: Math.max(eventMs, Date.parse(updated_at)),
      headline: plainText(headline),
      summary: plainText(summary ?? '') || null,
      url: webUrl(url),
      publisher: source ?? author ?? null,
    });
  }
  return all;
}

/** Alpaca's news of US shares, without the text of the articles; of all shares when none is named. */
export function makeAlpacaNews(http: SourceHttp, options: AlpacaOptions): RecordSource {
  const { dataUrl = 'https://data.alpaca.markets' } = options;
  const api = makeAlpacaApi(http, options);
  return {
    name: http.source,
    kinds: ['news'],
    async fetch(request) {
      requireKind(http.source, request, ['news'], ['US']);
      const symbols = request.symbols.length === 0 ? undefined : request.symbols.join(',');
      const range = { start: toIso(request.fromMs), end: toIso(request.toMs) };
      const query = { symbols, ...range, limit: 50, sort: 'asc', include_content: 'false' };
      const { pages, provenance } = await api.pages(
        `${dataUrl}/v1beta1/news`,
        query,
        News,
        http.operation(request.signal),
      );
      return joinFetched(pages.map((page, i) => ({ ...mapNews(page, provenance[i]!), provenance: provenance[i]! })));
    },
  };
}
