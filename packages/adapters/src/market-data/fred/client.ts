import { AppError, toIso, EXCHANGES } from '@aion/core';
import type { RecordSource } from '@aion/market/records';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { joinFetched, requireKind, requireSymbols } from '../drafts.ts';
import { isoDay, MAX_PAGES, tooManyPages } from '../requests.ts';
import { mapObservations } from './map.ts';
import { Observations } from './schema.ts';

const PAGE = 100_000;

/** FRED with its vintages (ALFRED): every value as it stood at the time, so that a revision is not known before it was made. */
export function makeFred(http: SourceHttp, apiKey: string, baseUrl = 'https://api.stlouisfed.org'): RecordSource {
  return {
    name: http.source,
    kinds: ['macro'],
    async fetch(request) {
      requireKind(http.source, request, ['macro'], EXCHANGES);
      const signal = http.operation(request.signal);
      const parts = [];
      for (const series of requireSymbols(http.source, request)) {
        if (!/^[A-Z0-9_.-]{1,40}$/.test(series))
          throw new AppError('bad_input', `${http.source}: expected a series such as DGS10, found "${series}"`);
        for (let page = 0; ; page++) {
          if (page >= MAX_PAGES) throw tooManyPages(http.source);
          const query = {
            series_id: series,
            api_key: apiKey,
            file_type: 'json',
            observation_start: isoDay(toIso(request.fromMs)),
            observation_end: isoDay(toIso(request.toMs)),
            realtime_start: '1776-07-04',
            realtime_end: '9999-12-31',
            limit: PAGE,
            offset: page * PAGE,
          };
          const url = `${baseUrl}/fred/series/observations`;
          const { value, provenance } = await http.json({ url, query, accept: 'json', signal }, Observations);
          parts.push({ ...mapObservations(series, value, provenance), provenance });
          if (value.offset + value.observations.length >= value.count || value.observations.length === 0) break;
        }
      }
      return joinFetched(parts);
    },
  };
}
