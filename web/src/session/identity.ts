import 'server-only';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { authKey, authUrl } from '../data/api-url.ts';
import { fetchFor } from '../data/fetch-for.ts';
import { forwardAddress } from '../data/forwarded-address.ts';
import { logFailure } from '../data/server-log.ts';
import type { Session } from './cookie.ts';

const TIMEOUT_MS = 15_000;
const REFRESHED_MS = 10_000;

const Opened = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  expires_at: z.number().optional(),
  expires_in: z.number(),
  user: z.object({ email: z.string() }),
});
const Refusal = z.object({
  error_code: z.string().optional(),
  code: z.union([z.string(), z.number()]).optional(),
  msg: z.string().optional(),
});

/** What the identity provider answered. `refused` is its word; `failed` is none. */
export type Identity<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string }
  | { readonly kind: 'failed' };
export interface OpenedSession {
  readonly session: Session;
  readonly email: string;
}

interface Ask {
  readonly method?: 'POST' | 'PUT';
  readonly body?: object;
  readonly token?: string;
  /** The request of the person: whose address counts against limits. */
  readonly from: Headers;
}

/** Calls the identity provider. It is asked by this server alone: no page has its tokens. */
async function ask(path: string, { method = 'POST', body, token, from }: Ask): Promise<Identity<unknown>> {
  const headers = new Headers({ apikey: authKey(), 'content-type': 'application/json' });
  headers.set('authorization', `Bearer ${token ?? authKey()}`);
  const url = new URL(`/auth/v1${path}`, authUrl());
  forwardAddress(url.pathname, from, headers, process.env['AION_AUTH_FORWARD_KEY']);
  try {
    const answer = await fetchFor(from, url, {
      method,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const value: unknown = text === '' ? null : JSON.parse(text);
    if (answer.ok) return { kind: 'ok', value };
    if (answer.status >= 500) throw new Error(`the identity provider answered ${answer.status}`);
    const refusal = Refusal.safeParse(value).data;
    const code = refusal?.error_code ?? String(refusal?.code ?? '');
    return { kind: 'refused', status: answer.status, code, message: refusal?.msg ?? 'refused' };
  } catch (error) {
    logFailure('identity_unusable', { path: url.pathname }, error);
    return { kind: 'failed' };
  }
}

function opened(answer: Identity<unknown>): Identity<OpenedSession> {
  if (answer.kind !== 'ok') return answer;
  const found = Opened.safeParse(answer.value);
  if (!found.success) {
    logFailure('identity_unusable', { path: 'session', message: found.error.message });
    return { kind: 'failed' };
  }
  const { access_token: accessToken, refresh_token: refreshToken, expires_at, expires_in, user } = found.data;
  const expiresAtS = expires_at ?? Math.floor(Date.now() / 1000) + expires_in;
  return { kind: 'ok', value: { session: { accessToken, refreshToken, expiresAtS }, email: user.email } };
}

export const signIn = async (from: Headers, email: string, password: string): Promise<Identity<OpenedSession>> =>
  opened(await ask('/token?grant_type=password', { from, body: { email, password } }));
/** A password that nobody knows, of every class of characters that the identity provider may ask for. */
export const unknownPassword = (): string => `${randomBytes(32).toString('base64url')}.aA1`;

/** The identity provider wants a password where the person has chosen none yet. */
export const signUp = (from: Headers, email: string): Promise<Identity<unknown>> =>
  ask('/signup', { from, body: { email, password: unknownPassword() } });
export const recover = (from: Headers, email: string): Promise<Identity<unknown>> =>
  ask('/recover', { from, body: { email } });
export const verify = async (from: Headers, type: string, tokenHash: string): Promise<Identity<OpenedSession>> =>
  opened(await ask('/verify', { from, body: { type, token_hash: tokenHash } }));
export const setPassword = (from: Headers, { accessToken }: Session, password: string): Promise<Identity<unknown>> =>
  ask('/user', { from, method: 'PUT', token: accessToken, body: { password } });
export const signOut = (from: Headers, { accessToken }: Session): Promise<Identity<unknown>> =>
  ask('/logout?scope=local', { from, token: accessToken });

/** Renewals under way and just done, in the whole process: several requests of one page bring the same old token. */
const renewals = ((globalThis as { aionRenewals?: Map<string, Promise<Identity<OpenedSession>>> }).aionRenewals ??=
  new Map());

/** Trades a session for a new one. Those that ask with the same within ten seconds get the same. */
export function renew(from: Headers, { refreshToken }: Session): Promise<Identity<OpenedSession>> {
  const held = renewals.get(refreshToken);
  if (held !== undefined) return held;
  const renewal = ask('/token?grant_type=refresh_token', { from, body: { refresh_token: refreshToken } }).then(opened);
  renewals.set(refreshToken, renewal);
  setTimeout(() => renewals.delete(refreshToken), REFRESHED_MS).unref();
  return renewal;
}
