import 'server-only';
import type { Problem } from '@aion/contracts';
import { misdirectedProblem } from '@aion/contracts/allowed-host';
import { currentSession, type CurrentSession } from '../session/current.ts';
import { isFromThisSite } from '../session/same-origin.ts';
import { sayView } from '../session/view.ts';
import { isForThisSite, NOT_AT_ITS_ADDRESS } from '../session/where.ts';
import { apiUrl } from './api-url.ts';
import { fetchFor } from './fetch-for.ts';
import { logFailure } from './server-log.ts';

/** What the API needs to know of a request. Cookies stay here: the API authenticates by the token alone. */
const REQUEST_HEADERS = ['accept', 'authorization', 'content-type', 'idempotency-key', 'if-none-match'];
/** Hop-by-hop, or no longer true after fetch has decoded the body. */
const DROPPED_RESPONSE_HEADERS = [
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'set-cookie',
  'transfer-encoding',
];
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Passes a request of the browser on to the API, with the token of the session that the browser cannot read, and streams the answer
 * back. A write is taken from this site's own pages only: the cookie comes with whatever page sends it.
 */
export async function relay(request: Request): Promise<Response> {
  const from = new URL(request.url);
  if (!isForThisSite(request.headers)) return problemOf(misdirectedProblem(NOT_AT_ITS_ADDRESS));
  if (!READS.has(request.method) && !isFromThisSite(request.headers))
    return problemOf({
      type: 'about:blank',
      title: 'Not from this site',
      status: 403,
      detail: 'A change is taken from a page of this site only. Programs send their own token and no cookie.',
      code: 'cross_site',
    });
  const headers = new Headers();
  for (const name of REQUEST_HEADERS) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const current: CurrentSession = headers.has('authorization')
    ? { session: null, setCookie: null }
    : await currentSession(request.headers);
  if (current.session !== null) {
    headers.set('authorization', `Bearer ${current.session.accessToken}`);
    sayView(request.headers, headers);
  }
  const init: RequestInit & { headers: Headers; duplex?: 'half' } = {
    method: request.method,
    headers,
    redirect: 'manual',
    signal: request.signal,
  };
  if (request.body !== null) {
    init.body = request.body;
    init.duplex = 'half';
  }
  try {
    const answer = await fetchFor(request.headers, new URL(from.pathname + from.search, apiUrl()), init);
    const answerHeaders = new Headers(answer.headers);
    for (const name of DROPPED_RESPONSE_HEADERS) answerHeaders.delete(name);
    if (current.setCookie !== null) answerHeaders.append('set-cookie', current.setCookie);
    return new Response(answer.body, { status: answer.status, headers: answerHeaders });
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    if (isTooSlow(error)) {
      logFailure('api_slow', { method: request.method, path: from.pathname }, error);
      return problemOf({
        type: 'about:blank',
        title: 'The answer takes too long',
        status: 504,
        detail:
          'The API has not answered within five minutes. What was asked for may go on: look before you ask again. Of an upload /v1/admin/imports says what becomes.',
        code: 'api_slow',
      });
    }
    logFailure('api_unreachable', { method: request.method, path: from.pathname }, error);
    return problemOf({
      type: 'about:blank',
      title: 'The API cannot be reached',
      status: 502,
      detail: 'The site is up but the API behind it does not answer. Start it, or wait a moment and try again.',
      code: 'api_unreachable',
    });
  }
}

/** The word of fetch for an answer whose beginning does not come within its 300 s. */
const isTooSlow = (error: unknown): boolean =>
  error instanceof Error && (error.cause as { code?: unknown } | undefined)?.code === 'UND_ERR_HEADERS_TIMEOUT';

const problemOf = (problem: Problem): Response =>
  Response.json(problem, {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  });
