import { AppError, fromEpochDay, toIso } from '@aion/core';
import { type ActionSource, type BarRequest, type BarSource, instantOf } from '@aion/market/sources';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { contextOf, requireExchange, requireRequest } from '../requests.ts';
import { type AlpacaOptions, makeAlpacaApi } from './api.ts';
import { mapActions, mapDaily, mapIntraday } from './map.ts';
import { Assets, Bars, CalendarDays, CorporateActions } from './schema.ts';

const EXCHANGES = ['US'] as const;
const ZONE = 'America/New_York';
const SIZES: Readonly<Record<number, string>> = { 5: '5Min', 1: '1Min' };
const PAGE = 10_000;

export interface Alpaca extends BarSource, ActionSource {
  readonly name: string;
  readonly exchanges: readonly 'US'[];
  assets(signal?: AbortSignal): Promise<Assets>;
  /** Sessions with their hours in New York, both dates inclusive. */
  calendar(
    from: string,
    to: string,
    signal?: AbortSignal,
  ): Promise<readonly { date: string; open: string; close: string }[]>;
}

/** Alpaca's market data: raw bars of US shares, splits and dividends, assets and the trading calendar. */
export function makeAlpaca(http: SourceHttp, options: AlpacaOptions): Alpaca {
  const {
    dataUrl = 'https://data.alpaca.markets',
    tradingUrl = 'https://paper-api.alpaca.markets',
    feed = 'iex',
  } = options;
  const api = makeAlpacaApi(http, options);

  async function bars(request: BarRequest, timeframe: string) {
    requireExchange(http.source, request, EXCHANGES);
    const range = requireRequest(http.source, request);
    const query = {
      timeframe,
      start: toIso(instantOf(range.fromDay, 0, ZONE)),
      // The end is inclusive there.
      end: toIso(instantOf(range.toDay + 1, 0, ZONE) - 1000),
      adjustment: 'raw',
      feed,
      limit: PAGE,
      sort: 'asc',
    };
    const url = `${dataUrl}/v2/stocks/${encodeURIComponent(request.symbol)}/bars`;
    const found = await api.pages(url, query, Bars, http.operation(request.signal));
    return { ...found, context: contextOf(request, range, http.clock.nowMs()) };
  }

  const facts = { source: http.source, exchange: 'US', adjustment: 'none', currency: 'USD' } as const;
  return {
    name: http.source,
    exchanges: EXCHANGES,
    async daily(request) {
      const { pages, provenance, context } = await bars(request, '1Day');
      return { ...facts, ...mapDaily(pages, context), provenance };
    },
    async intraday(request) {
      if (request.barMinutes === 60) {
        // Its hours begin on the clock's hour, ours at 09:30.
        throw new AppError(
          'bad_input',
          `${http.source}: hourly bars there do not start at the opening; ask for 5 or 1 minutes`,
        );
      }
      const size = SIZES[request.barMinutes];
      if (size === undefined) {
        throw new AppError(
          'bad_input',
          `${http.source} is asked for bars of 5 and 1 minutes, not of ${request.barMinutes}`,
        );
      }
      const { pages, provenance, context } = await bars(request, size);
      return { ...facts, ...mapIntraday(pages, request.barMinutes, context), provenance };
    },
    async actions(request) {
      requireExchange(http.source, request, EXCHANGES);
      const { fromDay, toDay } = requireRequest(http.source, request);
      const query = {
        symbols: request.symbol,
        types: 'forward_split,reverse_split,cash_dividend',
        start: fromEpochDay(fromDay),
        end: fromEpochDay(toDay),
        limit: 1000,
      };
      const url = `${dataUrl}/v1/corporate-actions`;
      const { pages, provenance } = await api.pages(url, query, CorporateActions, http.operation(request.signal));
      return { source: http.source, actions: mapActions(pages, request.symbol), rejected: [], provenance };
    },
    async assets(signal) {
      const query = { status: 'active', asset_class: 'us_equity' };
      return (await api.get(`${tradingUrl}/v2/assets`, query, Assets, http.operation(signal))).value;
    },
    async calendar(from, to, signal) {
      return (
        await api.get(`${tradingUrl}/v2/calendar`, { start: from, end: to }, CalendarDays, http.operation(signal))
      ).value;
    },
  };
}
