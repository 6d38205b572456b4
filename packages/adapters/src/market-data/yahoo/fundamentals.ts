import { EXCHANGES } from '@aion/core';
import type { RecordSource } from '@aion/market/records';
import { faultOf, sourceFault } from '../../plumbing/faults.ts';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { joinFetched, requireKind, requireSymbols } from '../drafts.ts';
import { QuoteSummary } from './fundamentals-schema.ts';
import { mapQuoteSummary } from './fundamentals-map.ts';
import { toYahooSymbol } from './map.ts';

const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const MODULES = 'defaultKeyStatistics,financialData,summaryDetail';

/** Yahoo's figures of companies: behind a cookie and a crumb that belongs to it. */
export function makeYahooFundamentals(
  http: SourceHttp,
  baseUrl = 'https://query1.finance.yahoo.com',
  cookieUrl = 'https://fc.yahoo.com',
): RecordSource {
  const agent = { 'user-agent': USER_AGENT };
  let cookie: string | undefined;
  let crumb: string | undefined;

  async function ask(symbol: string, signal: AbortSignal) {
    cookie ??= await fetchCookie(signal);
    crumb ??= await fetchCrumb(cookie, signal);
    const headers = { ...agent, cookie };
    const url = `${baseUrl}/v10/finance/quoteSummary/${encodeURIComponent(symbol)}`;
    return http.json({ url, query: { modules: MODULES, crumb }, headers, accept: 'json', signal }, QuoteSummary);
  }

  async function fetchCookie(signal: AbortSignal): Promise<string> {
    const { headers } = await http.body({ url: `${cookieUrl}/`, headers: agent, accept: 'page', signal });
    const pairs = headers.getSetCookie().map((one) => one.split(';', 1)[0]!);
    return pairs.join('; ');
  }

  async function fetchCrumb(of: string, signal: AbortSignal): Promise<string> {
    const url = `${baseUrl}/v1/test/getcrumb`;
    const answer = await http.body({ url, headers: { ...agent, cookie: of }, accept: 'csv', signal }, (given) => {
      if (/^[\w./-]{5,40}$/.test(given.text().trim())) return;
      throw sourceFault('shape', http.source, 'expected a crumb, found something else; the vendor may have changed it');
    });
    return answer.text().trim();
  }

  async function askTwice(symbol: string, signal: AbortSignal) {
    try {
      return await ask(symbol, signal);
    } catch (error) {
      if (faultOf(error) !== 'denied') throw error;
      // They have run out.
      cookie = undefined;
      crumb = undefined;
      return ask(symbol, signal);
    }
  }

  return {
    name: http.source,
    kinds: ['fundamental'],
    async fetch(request) {
      requireKind(http.source, request, ['fundamental'], EXCHANGES);
      const signal = http.operation(request.signal);
      const parts = [];
      for (const symbol of requireSymbols(http.source, request)) {
        const { value, provenance } = await askTwice(toYahooSymbol(symbol, request.exchange), signal);
        const { error } = value.quoteSummary;
        if (error !== null) {
          throw sourceFault(
            'missing',
            http.source,
            `${symbol}: ${error.code}: ${http.scrub(error.description)}; check the symbol`,
          );
        }
        parts.push({ ...mapQuoteSummary(symbol, value, provenance), provenance });
      }
      return joinFetched(parts);
    },
  };
}
