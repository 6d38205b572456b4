import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { SessionIdentity } from '@aion/accounts';
import { AppError, type Clock } from '@aion/core';
import { makeTokenCache } from '../plumbing/token-cache.ts';
import { AUDIENCE, identityOf, REQUIRED_CLAIMS } from '../plumbing/token-claims.ts';

const JWKS_TIMEOUT_MS = 3000;
/** The key set counts its own age by the wall clock, so it is made anew by ours. */
const KEYS_MS = 10 * 60_000;

/**
 * Verifies Supabase access tokens (ES256 or RS256, asymmetric keys only) against the project's published keys. A token says
 * who someone is, never what they may. `clock` is the wall clock. Throws AppError(unauthenticated) for a token that is forged,
 * expired or of another project, and AppError(unavailable) when the keys cannot be fetched.
 */
export function makeSupabaseVerifier(supabaseUrl: string, clock: Clock): (token: string) => Promise<SessionIdentity> {
  const issuer = `${supabaseUrl.replace(/\/$/, '')}/auth/v1`;
  const makeKeys = () =>
    createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), { timeoutDuration: JWKS_TIMEOUT_MS });
  let [keys, keysUntilMs] = [makeKeys(), clock.monotonicMs() + KEYS_MS];
  const verified = makeTokenCache<SessionIdentity>(clock);
  const notValid = (cause?: unknown): AppError =>
    new AppError('unauthenticated', 'the access token is not valid or has expired; sign in again', { cause });
  return async (token) => {
    const known = verified.look(token);
    if (known.kind === 'good') return known.value;
    if (known.kind === 'over') throw notValid();
    if (clock.monotonicMs() >= keysUntilMs) [keys, keysUntilMs] = [makeKeys(), clock.monotonicMs() + KEYS_MS];
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['ES256', 'RS256'],
        issuer,
        audience: AUDIENCE,
        requiredClaims: REQUIRED_CLAIMS,
        currentDate: new Date(clock.nowMs()),
      });
      const identity = identityOf(payload);
      verified.keep(token, identity);
      return identity;
    } catch (cause) {
      if (isKeyFetchFailure(cause)) {
        throw new AppError('unavailable', 'the identity provider’s keys cannot be fetched; try again', {
          retryable: true,
          cause,
        });
      }
      throw notValid(cause);
    }
  };
}

/** Whatever is not a verdict on the token itself: no answer, an answer that is no key set. */
function isKeyFetchFailure(cause: unknown): boolean {
  return (
    cause instanceof errors.JWKSTimeout ||
    cause instanceof errors.JWKSInvalid ||
    !(cause instanceof errors.JOSEError) ||
    cause.code === 'ERR_JOSE_GENERIC'
  );
}
