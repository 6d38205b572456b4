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
import { makePolygonPages, POLYGON_URL } from './api.ts';
import { News } from './schema.ts';

/** Polygon's stories as drafts of records, known from their publication on. */
export function mapNews({ results }: News, provenance: Provenance): DraftCollector {
  const all = collectDrafts('polygon', provenance);
  for (const { id, title, published_utc, article_url, description, author, tickers = [], publisher } of results) {
    const eventMs = Date.parse(published_utc);
    all.add({
      kind: 'news',
      storyId: id,
      symbols: toSymbols(tickers),
      eventMs,
      knownMs: eventMs,
      headline: plainText(title),
      summary: plainText(description ?? '') || null,
      url: webUrl(article_url),
      publisher: publisher?.name ?? author ?? null,
    });
  }
  return all;
}

/** Polygon's news of US shares; of all shares when none is named, otherwise one request for each, since its filter takes one ticker. */
export function makePolygonNews(http: SourceHttp, apiKey: string, baseUrl = POLYGON_URL): RecordSource {
  const pagesOf = makePolygonPages(http, apiKey, baseUrl);
  return {
    name: http.source,
    kinds: ['news'],
    async fetch(request) {
      requireKind(http.source, request, ['news'], ['US']);
      const range = { 'published_utc.gte': toIso(request.fromMs), 'published_utc.lte': toIso(request.toMs) };
      const signal = http.operation(request.signal);
      const parts = [];
      // The filter takes one ticker.
      for (const ticker of request.symbols.length === 0 ? [undefined] : request.symbols) {
        const query = { ticker, ...range, order: 'asc', sort: 'published_utc', limit: 1000 };
        const { pages, provenance } = await pagesOf('/v2/reference/news', query, News, signal);
        parts.push(...pages.map((page, i) => ({ ...mapNews(page, provenance[i]!), provenance: provenance[i]! })));
      }
      return joinFetched(parts);
    },
  };
}
