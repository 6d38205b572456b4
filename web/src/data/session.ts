import 'server-only';
import { createServerClient } from '@supabase/ssr';
import { cookies } from 'next/headers';
import { cache } from 'react';
import { authKey, authUrl } from './api-url.ts';
import { AUTH_COOKIE } from './auth-names.ts';

/**
 * The access token of this request, or null when nobody is signed in. The proxy has refreshed it; the API verifies it
 * on every call, so nothing here trusts what the cookie says about the person.
 */
export const accessToken = cache(async (): Promise<string | null> => {
  const jar = await cookies();
  const client = createServerClient(authUrl(), authKey(), {
    cookieOptions: { name: AUTH_COOKIE },
    // A page cannot write cookies while it renders; the proxy writes refreshed ones.
    cookies: { getAll: () => jar.getAll(), setAll: () => undefined },
    auth: { autoRefreshToken: false },
  });
  const { data } = await client.auth.getSession();
  return data.session?.access_token ?? null;
});
