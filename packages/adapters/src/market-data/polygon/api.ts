import type { Provenance } from '@aion/market/sources';
import type { z } from 'zod';
import { sourceFault } from '../../plumbing/faults.ts';
import type { SourceHttp } from '../../plumbing/source-request.ts';
import { MAX_PAGES, tooManyPages } from '../requests.ts';

export const POLYGON_URL = 'https://api.polygon.io';

export type Pages = <T extends { next_url?: string | undefined }>(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
  schema: z.ZodType<T>,
  signal: AbortSignal,
) => Promise<{ pages: T[]; provenance: Provenance[] }>;

/** All pages of a list. The key travels in a header; a next page on another host would get it too and is refused. */
export function makePolygonPages(http: SourceHttp, apiKey: string, baseUrl: string): Pages {
  const headers = { authorization: `Bearer ${apiKey}` };
  return async (path, query, schema, signal) => {
    const pages: z.infer<typeof schema>[] = [];
    const provenance: Provenance[] = [];
    let next: string | undefined = `${baseUrl}${path}`;
    let first = true;
    while (next !== undefined) {
      if (pages.length >= MAX_PAGES) throw tooManyPages(http.source);
      if (!URL.canParse(next) || new URL(next).origin !== new URL(baseUrl).origin) {
        throw sourceFault(
          'redirected',
          http.source,
          `the next page lies elsewhere (${http.scrub(next)}); the key is not sent there`,
        );
      }
      const page: { value: z.infer<typeof schema>; provenance: Provenance } = await http.json(
        { url: next, headers, accept: 'json', signal, ...(first ? { query } : {}) },
        schema,
      );
      pages.push(page.value);
      provenance.push(page.provenance);
      next = page.value.next_url;
      first = false;
    }
    return { pages, provenance };
  };
}
