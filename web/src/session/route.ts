import 'server-only';
import { misdirectedProblem } from '@aion/contracts/allowed-host';
import type { z } from 'zod';
import { setCookie, type CookieKind } from './cookie.ts';
import type { Identity } from './identity.ts';
import { readBody } from './read-body.ts';
import { isFromThisSite } from './same-origin.ts';
import { isForThisSite, NOT_AT_ITS_ADDRESS, isSecure, lacksHttps } from './where.ts';

const MAX_BODY_BYTES = 8 * 1024;

/** An answer of the site's own session routes. `code` is the identity provider's, for the words that a page shows. */
export function answer(status: number, body: object, cookies: readonly string[] = []): Response {
  const response = Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
  for (const cookie of cookies) response.headers.append('set-cookie', cookie);
  return response;
}

export const refusal = (status: number, code: string, message: string): Response => answer(status, { code, message });

/** What a refusal or a failure of the identity provider is answered with. */
export function identityRefusal(found: Exclude<Identity<unknown>, { kind: 'ok' }>): Response {
  if (found.kind === 'failed') return refusal(502, 'unavailable', 'The sign-in service does not answer.');
  return refusal(found.status === 401 ? 400 : found.status, found.code, found.message);
}

/** A POST of this site's own pages, and of no other: checked by host, origin and shape before `work` sees it. */
export function sessionRoute<S extends z.ZodType>(
  schema: S,
  work: (
    input: z.infer<S>,
    request: Request,
    set: (kind: CookieKind, value: string | null) => string,
  ) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { headers } = request;
    if (!isForThisSite(headers)) return answer(421, misdirectedProblem(NOT_AT_ITS_ADDRESS));
    if (!isFromThisSite(headers)) return refusal(403, 'cross_site', 'This can be asked by a page of this site only.');
    if (lacksHttps(headers))
      return refusal(403, 'no_https', 'Signing in needs https: set AION_SITE_URL to the https address of this site.');
    if (!(headers.get('content-type') ?? '').startsWith('application/json'))
      return refusal(415, 'bad_input', 'Send the body as application/json.');
    const text = await readBody(request, MAX_BODY_BYTES);
    if (text === undefined) return refusal(413, 'too_large', 'The body is too large.');
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success) return refusal(400, 'validation_failed', parsed.error.issues[0]?.message ?? 'not usable');
    return work(parsed.data, request, (kind, value) => setCookie(kind, value, isSecure(headers)));
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
