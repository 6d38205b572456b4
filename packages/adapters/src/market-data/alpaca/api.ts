import type { Provenance } from '@aion/market/sources';
import type { z } from 'zod';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { MAX_PAGES, tooManyPages } from '../requests.ts';

export interface AlpacaOptions {
  readonly keyId: string;
  readonly secret: string;
  readonly dataUrl?: string;
  readonly tradingUrl?: string;
  /** `iex` is what the free plan has: one exchange's trades, a part of the volume. */
  readonly feed?: 'iex' | 'sip';
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface AlpacaApi {
  get<T>(
    url: string,
    query: Query,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<{ value: T; provenance: Provenance }>;
  /** All pages of a list. */
  pages<T extends { next_page_token?: string | null | undefined }>(
    url: string,
    query: Query,
    schema: z.ZodType<T>,
    signal: AbortSignal,
  ): Promise<{ pages: T[]; provenance: Provenance[] }>;
}

/** Alpaca's REST interface with its keys: one answer, or all pages of one, up to a cap above which it is a fault. */
export function makeAlpacaApi(http: SourceHttp, options: AlpacaOptions): AlpacaApi {
  const headers = { 'apca-api-key-id': options.keyId, 'apca-api-secret-key': options.secret };
  const get: AlpacaApi['get'] = (url, query, schema, signal) =>
    http.json({ url, query, headers, accept: 'json', signal }, schema);
  return {
    get,
    async pages(url, query, schema, signal) {
      const pages = [];
      const provenance: Provenance[] = [];
      let token: string | undefined;
      do {
        if (pages.length >= MAX_PAGES) throw tooManyPages(http.source);
        const page = await get(url, { ...query, page_token: token }, schema, signal);
        pages.push(page.value);
        provenance.push(page.provenance);
        token = page.value.next_page_token ?? undefined;
      } while (token !== undefined);
      return { pages, provenance };
    },
  };
}
