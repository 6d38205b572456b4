import { AppError, DAY_MS, fromEpochDay } from '@aion/core';
import type { BarRequest, BarSource, Provenance } from '@aion/market/sources';
import { sourceFault } from '../../plumbing/faults.ts';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { contextOf, partsOf, requireExchange, requireRequest } from '../requests.ts';
import { mapDaily, mapIntraday, mapTokens } from './map.ts';
import { Candles } from './schema.ts';

const EXCHANGES = ['NSE'] as const;
/** Bar size, its name and the days that one request may span. */
const INTERVALS: Readonly<Record<number, { interval: string; days: number }>> = {
  60: { interval: '60minute', days: 400 },
  5: { interval: '5minute', days: 100 },
  1: { interval: 'minute', days: 60 },
};
const DAILY = { interval: 'day', days: 2000 };

export interface KiteKeys {
  readonly apiKey: string;
  /** Valid until about six the next morning; the operator signs in each day. */
  readonly accessToken: string;
}

export interface KiteHistory extends BarSource {
  /** Instrument tokens by symbol; the list is asked for once a day. */
  tokens(signal?: AbortSignal): Promise<ReadonlyMap<string, number>>;
}

/** Zerodha Kite's history. Its candles are adjusted for splits and bonuses. */
export function makeKiteHistory(http: SourceHttp, keys: KiteKeys, baseUrl = 'https://api.kite.trade'): KiteHistory {
  const headers = { 'x-kite-version': '3', authorization: `token ${keys.apiKey}:${keys.accessToken}` };
  let known: { day: number; tokens: Promise<ReadonlyMap<string, number>> } | undefined;

  async function loadTokens(signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const answer = await http.body({ url: `${baseUrl}/instruments/NSE`, headers, accept: 'csv', signal }, (given) => {
      if (mapTokens(given.text()).size > 0) return;
      throw sourceFault(
        'shape',
        http.source,
        'the list of instruments names no NSE share; the vendor may have changed it',
      );
    });
    return mapTokens(answer.text());
  }

  async function tokens(outer?: AbortSignal): Promise<ReadonlyMap<string, number>> {
    const day = Math.floor(http.clock.nowMs() / DAY_MS);
    if (known?.day !== day) known = { day, tokens: loadTokens(http.operation(outer)) };
    try {
      return await known.tokens;
    } catch (error) {
      known = undefined;
      throw error;
    }
  }

  async function candles(request: BarRequest, { interval, days }: { interval: string; days: number }) {
    requireExchange(http.source, request, EXCHANGES);
    const range = requireRequest(http.source, request);
    const signal = http.operation(request.signal);
    const token = (await tokens(signal)).get(request.symbol);
    if (token === undefined) {
      throw new AppError(
        'not_found',
        `${http.source} knows no NSE share ${request.symbol}; check the symbol, it may have been renamed`,
      );
    }
    const parts: Candles[] = [];
    const provenance: Provenance[] = [];
    for (const { fromDay, toDay } of partsOf(range.fromDay, range.toDay, days)) {
      const query = { from: `${fromEpochDay(fromDay)} 00:00:00`, to: `${fromEpochDay(toDay)} 23:59:59` };
      const url = `${baseUrl}/instruments/historical/${token}/${interval}`;
      const part = await http.json({ url, query, headers, accept: 'json', signal }, Candles);
      parts.push(part.value);
      provenance.push(part.provenance);
    }
    return { parts, provenance, context: contextOf(request, range, http.clock.nowMs()) };
  }

  const facts = { source: http.source, exchange: 'NSE', adjustment: 'splits', currency: 'INR' } as const;
  return {
    name: http.source,
    exchanges: EXCHANGES,
    tokens,
    async daily(request) {
      const { parts, provenance, context } = await candles(request, DAILY);
      return { ...facts, ...mapDaily(parts, context), provenance };
    },
    async intraday(request) {
      const size = INTERVALS[request.barMinutes];
      if (size === undefined) {
        throw new AppError(
          'bad_input',
          `${http.source} is asked for bars of 60, 5 and 1 minutes, not of ${request.barMinutes}`,
        );
      }
      const { parts, provenance, context } = await candles(request, size);
      return { ...facts, ...mapIntraday(parts, request.barMinutes, context), provenance };
    },
  };
}
