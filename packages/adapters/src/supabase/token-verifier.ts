import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { AppError } from '@aion/core';

const AUDIENCE = 'authenticated';
const CACHE_ENTRIES = 20_000;
const JWKS_TIMEOUT_MS = 3000;

export interface VerifiedUser {
  readonly userId: string;
  readonly email: string;
}

/**
 * Verifies Supabase access tokens (ES256 or RS256, asymmetric keys only) against the project's published keys. A token says
 * who someone is, never what they may. `nowMs` is the wall clock. Throws AppError(unauthenticated) for a token that is forged,
 * expired or of another project, and AppError(unavailable) when the keys cannot be fetched.
 */
export function makeSupabaseVerifier(
  supabaseUrl: string,
  nowMs: () => number,
): (token: string) => Promise<VerifiedUser> {
  const issuer = `${supabaseUrl.replace(/\/$/, '')}/auth/v1`;
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), { timeoutDuration: JWKS_TIMEOUT_MS });
  const verified = new Map<string, { user: VerifiedUser; untilMs: number }>();
  return async (token) => {
    const cached = verified.get(token);
    if (cached !== undefined && cached.untilMs > nowMs()) return cached.user;
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['ES256', 'RS256'],
        issuer,
        audience: AUDIENCE,
        requiredClaims: ['sub', 'exp', 'email'],
        currentDate: new Date(nowMs()),
      });
      const user = { userId: payload.sub!, email: String(payload['email']) };
      if (verified.size >= CACHE_ENTRIES) verified.delete(verified.keys().next().value!);
      verified.set(token, { user, untilMs: payload.exp! * 1000 });
      return user;
    } catch (cause) {
      if (isKeyFetchFailure(cause)) {
        throw new AppError('unavailable', 'the identity provider’s keys cannot be fetched; try again', {
          retryable: true,
          cause,
        });
      }
      throw new AppError('unauthenticated', 'the access token is not valid or has expired; sign in again', { cause });
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
