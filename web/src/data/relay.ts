import 'server-only';
import { apiUrl, authKey, authUrl } from './api-url.ts';
import { ANON_KEY } from './auth-names.ts';
import { forwardAddress } from './forwarded-address.ts';
import { logFailure } from './server-log.ts';

/** What the API needs to know of a request. Cookies stay here: the API authenticates by the token alone. */
const REQUEST_HEADERS = [
  'accept',
  'apikey',
  'authorization',
  'content-type',
  'idempotency-key',
  'if-none-match',
  'x-client-info',
  'x-supabase-api-version',
];
/** Hop-by-hop, or no longer true after fetch has decoded the body. */
const DROPPED_RESPONSE_HEADERS = [
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
];

/** Passes a request of the browser on to the API and streams the answer back, so that the browser knows one origin. */
export async function relay(request: Request): Promise<Response> {
  const from = new URL(request.url);
  const headers = new Headers();
  for (const name of REQUEST_HEADERS) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const identity = from.pathname.startsWith('/auth/v1/');
  if (identity) {
    useOwnKey(headers);
    forwardAddress(from.pathname, request.headers, headers, process.env['AION_AUTH_FORWARD_KEY']);
  }
  const init: RequestInit & { duplex?: 'half' } = {
    method: request.method,
    headers,
    redirect: 'manual',
    cache: 'no-store',
    signal: request.signal,
  };
  if (request.body !== null) {
    init.body = request.body;
    init.duplex = 'half';
  }
  try {
    const answer = await fetch(new URL(from.pathname + from.search, identity ? authUrl() : apiUrl()), init);
    const answerHeaders = new Headers(answer.headers);
    for (const name of DROPPED_RESPONSE_HEADERS) answerHeaders.delete(name);
    return new Response(answer.body, { status: answer.status, headers: answerHeaders });
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    logFailure('api_unreachable', { method: request.method, path: from.pathname }, error);
    const problem = {
      type: 'about:blank',
      title: 'The API cannot be reached',
      status: 502,
      detail: 'The site is up but the API behind it does not answer. Start it, or wait a moment and try again.',
      code: 'api_unreachable',
    };
    return Response.json(problem, { status: 502, headers: { 'content-type': 'application/problem+json' } });
  }
}

/** The browser's client has a placeholder for the identity provider's key; the site puts its own in its place. */
function useOwnKey(headers: Headers): void {
  if (headers.get('apikey') === ANON_KEY) headers.set('apikey', authKey());
  if (headers.get('authorization') === `Bearer ${ANON_KEY}`) headers.set('authorization', `Bearer ${authKey()}`);
}
