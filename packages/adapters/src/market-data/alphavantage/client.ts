import { AppError } from '@aion/core';
import type { ActionSource, BarRequest, BarSource } from '@aion/market/sources';
import { localTime } from '@aion/market/sources';
import type { z } from 'zod';
import { sourceFault } from '../../plumbing/faults.ts';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { contextOf, requireExchange, requireRequest } from '../requests.ts';
import { mapActions, mapDaily } from './map.ts';
import { Daily, Dividends, Notice, Splits } from './schema.ts';

const EXCHANGES = ['US'] as const;
/** `compact` holds the last hundred sessions; this many calendar days are surely among them. */
const COMPACT_DAYS = 130;

/** Throws the fault for what Alpha Vantage says in place of an answer, with status 200: over the limit, not in the plan, no such thing. */
export function refuseNotice(http: Pick<SourceHttp, 'source' | 'scrub'>): (json: unknown) => void {
  return (json) => {
    const notice = Notice.safeParse(json);
    const { Note, Information, 'Error Message': error } = notice.data ?? {};
    const said = Note ?? Information;
    if (error !== undefined) {
      throw sourceFault('refused', http.source, `it refused the request ("${http.scrub(error)}"); check the symbol`);
    }
    if (said === undefined) return;
    if (/premium/i.test(said) && !/rate limit|requests per/i.test(said)) {
      throw sourceFault(
        'denied',
        http.source,
        `the plan does not have this ("${http.scrub(said)}"); use another source`,
      );
    }
    // The limit is by the day: a wait of seconds is of no use.
    throw sourceFault('rate_limited', http.source, `over the limit ("${http.scrub(said)}"); ask again tomorrow`, {
      again: false,
    });
  };
}

/**
 * Alpha Vantage: raw daily bars, splits and dividends of US shares. It has no NSE; a symbol with an exchange's ending, such as RELIANCE.BSE, would give
 * the bars of another exchange and is refused.
 */
export function makeAlphaVantage(
  http: SourceHttp,
  apiKey: string,
  baseUrl = 'https://www.alphavantage.co',
): BarSource & ActionSource {
  function ask<T>(request: BarRequest, query: Record<string, string>, schema: z.ZodType<T>, signal: AbortSignal) {
    const call = {
      url: `${baseUrl}/query`,
      query: { ...query, symbol: request.symbol, apikey: apiKey },
      accept: 'json',
      signal,
    } as const;
    return http.json(call, schema, refuseNotice(http));
  }
  function requireUs(request: BarRequest): { fromDay: number; toDay: number } {
    requireExchange(http.source, request, EXCHANGES);
    if (/\.(BSE|BO|NSE|NS|LON|TRT|DEX|SHH|SHZ)$/i.test(request.symbol)) {
      throw new AppError(
        'bad_input',
        `${http.source}: ${request.symbol} is a share of another exchange; only US shares are taken from it`,
      );
    }
    return requireRequest(http.source, request);
  }
  function requireSymbol(request: BarRequest, found: string): void {
    if (found.toUpperCase() === request.symbol) return;
    throw sourceFault('shape', http.source, `expected the bars of ${request.symbol}, found those of ${found}`);
  }
  return {
    name: http.source,
    exchanges: EXCHANGES,
    async daily(request) {
      const range = requireUs(request);
      const today = localTime(http.clock.nowMs(), 'America/New_York').day;
      const outputsize = range.fromDay >= today - COMPACT_DAYS ? 'compact' : 'full';
      const query = { function: 'TIME_SERIES_DAILY', outputsize, datatype: 'json' };
      const { value, provenance } = await ask(request, query, Daily, http.operation(request.signal));
      requireSymbol(request, value['Meta Data']['2. Symbol']);
      const mapped = mapDaily(value, contextOf(request, range, provenance.fetchedMs));
      const facts = { source: http.source, exchange: 'US', adjustment: 'none', currency: 'USD' } as const;
      return { ...facts, ...mapped, provenance: [provenance] };
    },
    async actions(request) {
      const range = requireUs(request);
      const signal = http.operation(request.signal);
      const splits = await ask(request, { function: 'SPLITS' }, Splits, signal);
      const dividends = await ask(request, { function: 'DIVIDENDS' }, Dividends, signal);
      requireSymbol(request, splits.value.symbol);
      requireSymbol(request, dividends.value.symbol);
      const mapped = mapActions(splits.value, dividends.value, contextOf(request, range, splits.provenance.fetchedMs));
      return { source: http.source, ...mapped, provenance: [splits.provenance, dividends.provenance] };
    },
  };
}
