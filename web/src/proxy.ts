import { HSTS, misdirectedProblem } from '@aion/contracts/allowed-host';
import { NextResponse, type NextRequest } from 'next/server';
import { SECURITY_HEADERS } from './security-headers.ts';
import { cookieName } from './session/cookie.ts';
import { currentSession } from './session/current.ts';
import { isForThisSite, NOT_AT_ITS_ADDRESS, isSecure } from './session/where.ts';

/** What kept sessions before scripts were kept from them, where the cookie has another name now. */
const OLD_COOKIE = /^aion-auth(\.\d+)?$/;

/**
 * Before every page: the name that was asked for, a fresh session cookie, a content security policy with a nonce, and the path for the
 * way back from the login. It decides nothing about access; the API does that on every call.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  if (!isForThisSite(request.headers))
    return NextResponse.json(misdirectedProblem(NOT_AT_ITS_ADDRESS), {
      status: 421,
      headers: { 'cache-control': 'no-store', ...SECURITY_HEADERS },
    });
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(nonce);
  const { pathname, search } = request.nextUrl;
  const secure = isSecure(request.headers);
  const { session, setCookie } = await currentSession(request.headers);

  if (setCookie !== null) {
    // What the page reads is what the browser will have.
    const name = cookieName('session', secure);
    if (session === null) request.cookies.delete(name);
    else request.cookies.set(name, setCookie.slice(name.length + 1, setCookie.indexOf(';')));
  }
  const headers = new Headers(request.headers);
  headers.set('x-aion-path', pathname + search);
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  if (setCookie !== null) response.headers.append('set-cookie', setCookie);
  for (const { name } of request.cookies.getAll())
    if (secure && OLD_COOKIE.test(name)) response.headers.append('set-cookie', `${name}=; Max-Age=0; Path=/`);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);
  response.headers.set('content-security-policy', policy);
  response.headers.set('cache-control', 'private, no-store');
  if (secure) response.headers.set('strict-transport-security', HSTS);
  return response;
}

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src-elem 'self' 'nonce-${nonce}'`,
    // Bars and meters carry their width as a style attribute; no style sheet can be injected through it.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}

export const config = {
  // Not the API relay (its bodies would be buffered), not the session routes (they write the cookie themselves), not static files.
  matcher: ['/((?!v1/|session/|_next/static/|_next/image|icon\\.svg$|favicon\\.ico$).*)'],
};
