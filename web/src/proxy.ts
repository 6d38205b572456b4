import { createServerClient } from '@supabase/ssr';
import { NextResponse, type NextRequest } from 'next/server';
import { authKey, authUrl } from './data/api-url.ts';
import { AUTH_COOKIE } from './data/auth-names.ts';

/**
 * Before every page: a fresh session cookie, a content security policy with a nonce, and the path for the way back from
 * the login. It decides nothing about access; the API does that on every call.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(nonce);
  const { pathname, search } = request.nextUrl;

  let response = respond();
  if (request.cookies.getAll().some((cookie) => cookie.name.startsWith(AUTH_COOKIE))) {
    const client = createServerClient(authUrl(), authKey(), {
      cookieOptions: { name: AUTH_COOKIE },
      cookies: {
        getAll: () => request.cookies.getAll(),
        setAll: (cookies) => {
          for (const { name, value } of cookies) request.cookies.set(name, value);
          response = respond();
          for (const { name, value, options } of cookies) response.cookies.set(name, value, options);
        },
      },
    });
    // Refreshes an access token that is about to end; a valid one costs no request.
    await client.auth.getSession();
  }
  return response;

  function respond(): NextResponse {
    const headers = new Headers(request.headers);
    headers.set('x-aion-path', pathname + search);
    headers.set('content-security-policy', policy);
    const next = NextResponse.next({ request: { headers } });
    next.headers.set('content-security-policy', policy);
    next.headers.set('cache-control', 'private, no-store');
    next.headers.set('referrer-policy', 'same-origin');
    next.headers.set('x-content-type-options', 'nosniff');
    next.headers.set('x-frame-options', 'DENY');
    next.headers.set('cross-origin-opener-policy', 'same-origin');
    next.headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=()');
    return next;
  }
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
  // Not the API relay (its bodies would be buffered) and not static files.
  matcher: ['/((?!v1/|auth/v1/|_next/static|_next/image|icon.svg|favicon.ico).*)'],
};
