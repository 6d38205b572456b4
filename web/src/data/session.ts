import 'server-only';
import { headers } from 'next/headers';
import { cache } from 'react';
import { sessionOf } from '../session/current.ts';

/**
 * The access token of this request, or null when nobody is signed in. The proxy has renewed it; the API verifies it on every call,
 * so nothing here trusts what the cookie says about the person.
 */
export const accessToken = cache(async (): Promise<string | null> => sessionOf(await headers())?.accessToken ?? null);
