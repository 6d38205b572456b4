import { AppError, fromEpochDay } from '@aion/core';
import type { ActionSource, BarRequest, BarSource } from '@aion/market/sources';
import { sourceFault } from '../../plumbing/faults.ts';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { contextOf, requireExchange, requireRequest } from '../requests.ts';
import { makePolygonPages, POLYGON_URL } from './api.ts';
import { mapActions, mapDaily, mapIntraday } from './map.ts';
import { Aggregates, Dividends, Splits, UpcomingDays } from './schema.ts';

const EXCHANGES = ['US'] as const;

export interface Polygon extends BarSource, ActionSource {
  readonly name: string;
  readonly exchanges: readonly 'US'[];
  /** Closed days and half days to come. */
  upcoming(signal?: AbortSignal): Promise<UpcomingDays>;
}

/** Polygon: raw aggregates of US shares, splits, dividends and the days to come. */
export function makePolygon(http: SourceHttp, apiKey: string, baseUrl = POLYGON_URL): Polygon {
  const pagesOf = makePolygonPages(http, apiKey, baseUrl);

  async function aggregates(request: BarRequest, multiplier: number, span: 'day' | 'minute') {
    requireExchange(http.source, request, EXCHANGES);
    const range = requireRequest(http.source, request);
    const dates = `${fromEpochDay(range.fromDay)}/${fromEpochDay(range.toDay)}`;
    const path = `/v2/aggs/ticker/${encodeURIComponent(request.symbol)}/range/${multiplier}/${span}/${dates}`;
    const query = { adjusted: 'false', sort: 'asc', limit: 50_000 };
    const { pages, provenance } = await pagesOf(path, query, Aggregates, http.operation(request.signal));
    for (const page of pages) {
      if (page.adjusted || page.ticker !== request.symbol) {
        const found = page.adjusted ? 'adjusted ones' : `those of ${page.ticker}`;
        throw sourceFault('shape', http.source, `expected raw bars of ${request.symbol}, found ${found}`);
      }
    }
    return { pages, provenance, context: contextOf(request, range, http.clock.nowMs()) };
  }

  const facts = { source: http.source, exchange: 'US', adjustment: 'none', currency: 'USD' } as const;
  return {
    name: http.source,
    exchanges: EXCHANGES,
    async daily(request) {
      const { pages, provenance, context } = await aggregates(request, 1, 'day');
      return { ...facts, ...mapDaily(pages, context), provenance };
    },
    async intraday(request) {
      if (request.barMinutes !== 5 && request.barMinutes !== 1) {
        // Its hours begin on the clock's hour, ours at 09:30.
        throw new AppError(
          'bad_input',
          `${http.source} is asked for bars of 5 and 1 minutes, not of ${request.barMinutes}`,
        );
      }
      const { pages, provenance, context } = await aggregates(request, request.barMinutes, 'minute');
      return { ...facts, ...mapIntraday(pages, request.barMinutes, context), provenance };
    },
    async actions(request) {
      requireExchange(http.source, request, EXCHANGES);
      const { fromDay, toDay } = requireRequest(http.source, request);
      const signal = http.operation(request.signal);
      const range = (field: string) => ({
        ticker: request.symbol,
        [`${field}.gte`]: fromEpochDay(fromDay),
        [`${field}.lte`]: fromEpochDay(toDay),
        limit: 1000,
      });
      const splits = await pagesOf('/v3/reference/splits', range('execution_date'), Splits, signal);
      const dividends = await pagesOf('/v3/reference/dividends', range('ex_dividend_date'), Dividends, signal);
      const mapped = mapActions(splits.pages, dividends.pages, request.symbol);
      return { source: http.source, ...mapped, provenance: [...splits.provenance, ...dividends.provenance] };
    },
    async upcoming(signal) {
      const url = `${baseUrl}/v1/marketstatus/upcoming`;
      const headers = { authorization: `Bearer ${apiKey}` };
      return (await http.json({ url, headers, accept: 'json', signal: http.operation(signal) }, UpcomingDays)).value;
    },
  };
}
