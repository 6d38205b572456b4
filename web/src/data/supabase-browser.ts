import { createBrowserClient } from '@supabase/ssr';
import { ANON_KEY, AUTH_COOKIE } from './auth-names.ts';

/** One client per page; the identity endpoint is behind the site's own origin. Load this module on demand. */
export function supabase() {
  return createBrowserClient(window.location.origin, ANON_KEY, { cookieOptions: { name: AUTH_COOKIE } });
}
