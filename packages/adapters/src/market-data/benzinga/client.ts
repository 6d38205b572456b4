import { toIso } from '@aion/core';
import type { RecordRequest, RecordSource } from '@aion/market/records';
import type { z } from 'zod';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { joinFetched, requireKind } from '../drafts.ts';
import { isoDay, MAX_PAGES, tooManyPages } from '../requests.ts';
import { mapEconomics, mapNews, mapRatings } from './map.ts';
import { Economics, News, Ratings } from './schema.ts';

const KINDS = ['news', 'rating', 'economic_event'] as const;
const PAGE = 100;
const CALENDAR_PAGE = 1000;

/** Benzinga: news, analysts' ratings and the calendar of economic events. */
export function makeBenzinga(http: SourceHttp, token: string, baseUrl = 'https://api.benzinga.com'): RecordSource {
  async function pages<T>(
    path: string,
    query: Record<string, string | number | undefined>,
    schema: z.ZodType<T>,
    rows: (value: T) => number,
    size: number,
    signal: AbortSignal,
  ) {
    const found = [];
    for (let page = 0; ; page++) {
      if (page >= MAX_PAGES) throw tooManyPages(http.source);
      const headers = { accept: 'application/json' };
      const url = `${baseUrl}${path}`;
      const answer = await http.json(
        { url, query: { ...query, token, page }, headers, accept: 'json', signal },
        schema,
      );
      found.push(answer);
      if (rows(answer.value) < size) return found;
    }
  }
  const days = ({ fromMs, toMs }: RecordRequest) => ({ from: isoDay(toIso(fromMs)), to: isoDay(toIso(toMs)) });
  const calendar = (request: RecordRequest) => {
    const { from, to } = days(request);
    return { 'parameters[date_from]': from, 'parameters[date_to]': to, pagesize: CALENDAR_PAGE };
  };
  return {
    name: http.source,
    kinds: KINDS,
    async fetch(request) {
      requireKind(http.source, request, KINDS, ['US']);
      const signal = http.operation(request.signal);
      const tickers = request.symbols.length === 0 ? undefined : request.symbols.join(',');
      if (request.kind === 'news') {
        const { from, to } = days(request);
        const query = { tickers, dateFrom: from, dateTo: to, pageSize: PAGE, displayOutput: 'abstract' };
        const found = await pages('/api/v2/news', query, News, (rows) => rows.length, PAGE, signal);
        return joinFetched(found.map(({ value, provenance }) => ({ ...mapNews(value, provenance), provenance })));
      }
      if (request.kind === 'rating') {
        const query = { ...calendar(request), 'parameters[tickers]': tickers };
        const found = await pages(
          '/api/v2.1/calendar/ratings',
          query,
          Ratings,
          ({ ratings }) => ratings.length,
          CALENDAR_PAGE,
          signal,
        );
        return joinFetched(found.map(({ value, provenance }) => ({ ...mapRatings(value, provenance), provenance })));
      }
      const size = ({ economics }: z.infer<typeof Economics>): number => economics.length;
      const found = await pages(
        '/api/v2.1/calendar/economics',
        calendar(request),
        Economics,
        size,
        CALENDAR_PAGE,
        signal,
      );
      return joinFetched(found.map(({ value, provenance }) => ({ ...mapEconomics(value, provenance), provenance })));
    },
  };
}
