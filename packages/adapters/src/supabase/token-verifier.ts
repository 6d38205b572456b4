import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { AppError, type Clock } from '@aion/core';

const AUDIENCE = 'authenticated';
const CACHE_ENTRIES = 20_000;
const JWKS_TIMEOUT_MS = 3000;
/** The key set counts its own age by the wall clock, so it is made anew by ours. */
const KEYS_MS = 10 * 60_000;

export interface VerifiedUser {
  readonly userId: string;
  readonly email: string;
}

/**
 * Verifies Supabase access tokens (ES256 or RS256, asymmetric keys only) against the project's published keys. A token says
 * who someone is, never what they may. Throws AppError(unauthenticated) for a token that is forged,
 * expired or of another project, and AppError(unavailable) when the keys cannot be fetched.
 */
export function makeSupabaseVerifier(supabaseUrl: string, clock: Clock): (token: string) => Promise<VerifiedUser> {
  const issuer = `${supabaseUrl.replace(/\/$/, '')}/auth/v1`;
  const makeKeys = () =>
    createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), { timeoutDuration: JWKS_TIMEOUT_MS });
  let [keys, keysUntilMs] = [makeKeys(), clock.monotonicMs() + KEYS_MS];
  const verified = new Map<string, { user: VerifiedUser; untilMs: number; expiresMs: number }>();
  return async (token) => {
    const cached = verified.get(token);
    // By both times: a token has expired at its instant, and a clock that was set back prolongs no verdict that is kept here.
    if (cached !== undefined && cached.untilMs > clock.monotonicMs() && cached.expiresMs > clock.nowMs())
      return cached.user;
    if (clock.monotonicMs() >= keysUntilMs) [keys, keysUntilMs] = [makeKeys(), clock.monotonicMs() + KEYS_MS];
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['ES256', 'RS256'],
        issuer,
        audience: AUDIENCE,
        requiredClaims: ['sub', 'exp', 'email'],
        currentDate: new Date(clock.nowMs()),
      });
      const user = { userId: payload.sub!, email: String(payload['email']) };
      if (verified.size >= CACHE_ENTRIES) verified.delete(verified.keys().next().value!);
      const expiresMs = payload.exp! * 1000;
      verified.set(token, { user, expiresMs, untilMs: clock.monotonicMs() + expiresMs - clock.nowMs() });
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
