import { AppError, DAY_MS, EXCHANGES } from '@aion/core';
import {
  type ActionSource,
  type BarRequest,
  type BarSource,
  EXCHANGE_FACTS,
  instantOf,
  type Provenance,
} from '@aion/market/sources';
import { sourceFault } from '../../plumbing/faults.ts';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { contextOf, requireExchange, requireRequest } from '../requests.ts';
import { mapActions, mapDaily, mapIntraday, toYahooSymbol } from './map.ts';
import { Chart, type ChartResult } from './schema.ts';

/** How far back each bar size is kept. */
const INTERVALS: Readonly<Record<number, { interval: string; days: number }>> = {
  60: { interval: '1h', days: 730 },
  5: { interval: '5m', days: 60 },
  1: { interval: '1m', days: 7 },
};
/** An exchange's code at Yahoo; the same symbol on another one is another price. */
const NSE_CODE = 'NSI';

/**
 * Yahoo's chart endpoint, by plain REST: `yahoo-finance2` brings a server, a fetch mock and a second zod for what are two requests. Prices
 * are adjusted for splits, so they are for comparison and display and never stored over raw bars.
 */
export function makeYahooBars(
  http: SourceHttp,
  baseUrl = 'https://query1.finance.yahoo.com',
): BarSource & ActionSource {
  async function chart(
    request: BarRequest,
    interval: string,
  ): Promise<{ result: ChartResult; provenance: Provenance }> {
    const { timeZone } = EXCHANGE_FACTS[request.exchange];
    const range = requireRequest(http.source, request);
    const symbol = toYahooSymbol(request.symbol, request.exchange);
    const seconds = (day: number): number => instantOf(day, 0, timeZone) / 1000;
    const { value, provenance } = await http.json(
      {
        url: `${baseUrl}/v8/finance/chart/${encodeURIComponent(symbol)}`,
        query: {
          period1: seconds(range.fromDay),
          period2: seconds(range.toDay + 1),
          interval,
          events: 'div|split',
          includePrePost: 'false',
        },
        accept: 'json',
        ...(request.signal === undefined ? {} : { signal: http.operation(request.signal) }),
      },
      Chart,
    );
    const { error } = value.chart;
    if (error !== null) {
      const missing = /not found/i.test(error.code);
      const message = `${symbol}: ${error.code}: ${http.scrub(error.description)}; check symbol and range`;
      throw sourceFault(missing ? 'missing' : 'refused', http.source, message, { url: provenance.url });
    }
    const result = value.chart.result?.[0];
    if (result === undefined)
      throw sourceFault('missing', http.source, `it has nothing for ${symbol}; check the symbol`);
    requireSame(request, symbol, result);
    return { result, provenance };
  }

  function requireSame(request: BarRequest, symbol: string, { meta }: ChartResult): void {
    const { currency } = EXCHANGE_FACTS[request.exchange];
    const wrong =
      meta.symbol.toUpperCase() !== symbol
        ? `symbol ${symbol}, found ${meta.symbol}`
        : (meta.currency ?? currency) !== currency
          ? `prices in ${currency}, found ${meta.currency}`
          : request.exchange === 'NSE' && (meta.exchangeName ?? NSE_CODE) !== NSE_CODE
            ? `exchange ${NSE_CODE}, found ${meta.exchangeName}`
            : undefined;
    if (wrong !== undefined) {
      throw sourceFault('shape', http.source, `expected ${wrong}; the answer is not of the share that was asked for`);
    }
  }

  const facts = (request: BarRequest) =>
    ({
      source: http.source,
      exchange: request.exchange,
      adjustment: 'splits',
      currency: EXCHANGE_FACTS[request.exchange].currency,
    }) as const;

  return {
    name: http.source,
    exchanges: EXCHANGES,
    async daily(request) {
      requireExchange(http.source, request, EXCHANGES);
      const { result, provenance } = await chart(request, '1d');
      const context = contextOf(request, requireRequest(http.source, request), provenance.fetchedMs);
      return { ...facts(request), ...mapDaily(result, context), provenance: [provenance] };
    },
    async intraday(request) {
      requireExchange(http.source, request, EXCHANGES);
      const kept = INTERVALS[request.barMinutes];
      if (kept === undefined) {
        throw new AppError(
          'bad_input',
          `${http.source} has bars of 60, 5 and 1 minutes, not of ${request.barMinutes}; ask for one of them`,
        );
      }
      const range = requireRequest(http.source, request);
      const oldest = Math.floor(http.clock.nowMs() / DAY_MS) - kept.days;
      if (range.fromDay < oldest) {
        throw new AppError(
          'bad_input',
          `${http.source} keeps ${request.barMinutes}-minute bars for ${kept.days} days, ${request.from} is older; begin later or ask another source`,
          { context: { source: http.source, days: kept.days } },
        );
      }
      const { result, provenance } = await chart(request, kept.interval);
      if ((result.meta.dataGranularity ?? kept.interval) !== kept.interval) {
        throw sourceFault(
          'shape',
          http.source,
          `expected bars of ${kept.interval}, found ${result.meta.dataGranularity}; ask for a shorter range`,
        );
      }
      const context = contextOf(request, range, provenance.fetchedMs);
      return { ...facts(request), ...mapIntraday(result, request.barMinutes, context), provenance: [provenance] };
    },
    async actions(request) {
      requireExchange(http.source, request, EXCHANGES);
      const { result, provenance } = await chart(request, '1d');
      const context = contextOf(request, requireRequest(http.source, request), provenance.fetchedMs);
      return { source: http.source, ...mapActions(result, context), provenance: [provenance] };
    },
  };
}
