import { errorMessage } from '@aion/core';
import { faultOf, sourceFault } from '../../plumbing/faults.ts';
import type { Provenance } from '@aion/market/sources';
import type { z } from 'zod';
import { readJson } from '../../plumbing/read-json.ts';
import type { SourceAnswer, SourceHttp, SourceRequest } from '../../plumbing/source-request.ts';

/** The site answers callers that look like a browser which has opened its home page, and refuses others. */
const HEADERS = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'accept-language': 'en-IN,en;q=0.9',
  accept: '*/*',
};

export interface NseSession {
  /** As SourceHttp.body, with the session's cookies; they are fetched first, and once more when the site refuses. */
  body(request: SourceRequest, check?: (answer: SourceAnswer) => void): Promise<SourceAnswer>;
  json<T>(url: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<{ value: T; provenance: Provenance }>;
}

export function makeNseSession(http: SourceHttp, homeUrl: string): NseSession {
  let cookies: Promise<string> | undefined;

  async function openHome(signal: AbortSignal | undefined): Promise<string> {
    const { headers } = await http.body({
      url: `${homeUrl}/`,
      headers: HEADERS,
      accept: 'page',
      ...(signal === undefined ? {} : { signal }),
    });
    return headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0]!)
      .join('; ');
  }

  async function ask(
    request: SourceRequest,
    check: ((answer: SourceAnswer) => void) | undefined,
  ): Promise<SourceAnswer> {
    cookies ??= openHome(request.signal);
    let cookie: string;
    try {
      cookie = await cookies;
    } catch (error) {
      // The next question tries afresh.
      cookies = undefined;
      throw error;
    }
    const headers = { ...HEADERS, referer: `${homeUrl}/`, ...(cookie === '' ? {} : { cookie }), ...request.headers };
    return http.body({ ...request, headers }, check);
  }

  const session: NseSession = {
    async json(url, schema, signal) {
      const request = { url, accept: 'json', signal } as const;
      const answer = await session.body(request, (given) => void readJson(http, given, schema));
      return { value: readJson(http, answer, schema), provenance: answer.provenance };
    },
    async body(request, check) {
      try {
        return await ask(request, check);
      } catch (error) {
        if (faultOf(error) !== 'denied') throw error;
        cookies = undefined;
      }
      try {
        return await ask(request, check);
      } catch (error) {
        if (faultOf(error) !== 'denied') throw error;
        const message = `it refuses us also with fresh cookies (${errorMessage(error)}); it blocks this address or asks too often: wait an hour, or upload the file on /admin`;
        throw sourceFault('denied', http.source, message, { url: http.scrub(request.url), cause: error });
      }
    },
  };
  return session;
}
