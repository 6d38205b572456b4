import { AppError } from '@aion/core';
import type { RecordSource } from '@aion/market/records';
import { sourceFault } from '../../plumbing/faults.ts';
import type { SourceAnswer, SourceHttp } from '../../plumbing/source-request.ts';
import { joinFetched, requireKind, requireSymbols } from '../drafts.ts';
import { parseXml } from '../xml.ts';
import { mapFilings, mapOwnership } from './map.ts';
import { Ownership, Submissions, Tickers } from './schema.ts';

export interface SecOptions {
  /** A mail address: EDGAR asks callers to name themselves and blocks those who do not. */
  readonly contact: string;
  readonly wwwUrl?: string;
  readonly dataUrl?: string;
}

/** A bound on the filings of one question. */
const MAX_FILINGS = 200;

/** Form 4 of the SEC: what insiders of a company bought and sold. */
export function makeSec(http: SourceHttp, options: SecOptions): RecordSource {
  const { contact, wwwUrl = 'https://www.sec.gov', dataUrl = 'https://data.sec.gov' } = options;
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(contact)) {
    throw new AppError('bad_input', 'SEC_CONTACT: expected a mail address; EDGAR blocks callers without one');
  }
  const headers = { 'user-agent': `Aion ${contact}` };
  let known: Promise<Map<string, number>> | undefined;

  async function loadCiks(signal: AbortSignal): Promise<Map<string, number>> {
    const { value } = await http.json(
      { url: `${wwwUrl}/files/company_tickers.json`, headers, accept: 'json', signal },
      Tickers,
    );
    return new Map(Object.values(value).map(({ ticker, cik_str }) => [ticker.toUpperCase(), cik_str]));
  }

  async function ciks(signal: AbortSignal): Promise<Map<string, number>> {
    known ??= loadCiks(signal);
    try {
      return await known;
    } catch (error) {
      known = undefined;
      throw error;
    }
  }

  function readOwnership(answer: SourceAnswer): Ownership {
    const parsed = Ownership.safeParse(parseXml(http, answer.text()));
    if (parsed.success) return parsed.data;
    const message = `expected an ownership document, found other XML (${parsed.error.issues[0]!.path.join('.')})`;
    throw sourceFault('shape', http.source, message, { url: answer.provenance.url });
  }

  return {
    name: http.source,
    kinds: ['insider_trade'],
    async fetch(request) {
      requireKind(http.source, request, ['insider_trade'], ['US']);
      const signal = http.operation(request.signal);
      const parts = [];
      for (const symbol of requireSymbols(http.source, request)) {
        const cik = (await ciks(signal)).get(symbol);
        if (cik === undefined)
          throw new AppError('not_found', `${http.source} knows no company with the symbol ${symbol}; check it`);
        const url = `${dataUrl}/submissions/CIK${String(cik).padStart(10, '0')}.json`;
        const submissions = await http.json({ url, headers, accept: 'json', signal }, Submissions);
        const filings = mapFilings(submissions.value).filter(
          ({ acceptedMs }) => acceptedMs >= request.fromMs && acceptedMs <= request.toMs,
        );
        if (filings.length > MAX_FILINGS) {
          throw new AppError(
            'too_large',
            `${symbol} has ${filings.length} filings in the range, more than ${MAX_FILINGS}; ask for a shorter one`,
          );
        }
        for (const filing of filings) {
          const folder = filing.accession.replaceAll('-', '');
          const at = `${wwwUrl}/Archives/edgar/data/${cik}/${folder}/${encodeURIComponent(filing.document)}`;
          const answer = await http.body(
            { url: at, headers, accept: 'xml', signal },
            (given) => void readOwnership(given),
          );
          parts.push({
            ...mapOwnership(readOwnership(answer), filing, answer.provenance),
            provenance: answer.provenance,
          });
        }
      }
      return joinFetched(parts);
    },
  };
}
