import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT, type JWK } from 'jose';
import type { SessionIdentity } from '@aion/accounts';
import { AppError, type Clock } from '@aion/core';
import { makeTokenCache } from '../plumbing/token-cache.ts';
import { AUDIENCE, identityOf, REQUIRED_CLAIMS } from '../plumbing/token-claims.ts';

export const ACCESS_TOKEN_SECONDS = 3600;

export interface TokenSigner {
  readonly jwks: { readonly keys: readonly JWK[] };
  sign(identity: { userId: string; email: string; sessionId: string }): Promise<{ token: string; expiresAtS: number }>;
  /** Throws AppError(unauthenticated) for a token that is forged, expired, of another issuer or audience, or signed otherwise than with ES256. */
  verify(token: string): Promise<SessionIdentity>;
}

/** A new ES256 key as a private JWK, to be kept as a secret. */
export function makeSigningKey(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...(privateKey.export({ format: 'jwk' }) as JWK), kid: randomUUID(), alg: 'ES256', use: 'sig' };
}

/**
 * Signs and verifies access tokens locally. `clock` is the wall clock: tokens of the frozen market expire too.
 *
 * @example
 * const signer = await makeTokenSigner(await makeSigningKey(), 'aion-embedded', systemClock);
 * const { token, expiresAtS } = await signer.sign({ userId, email: 'asha@example.org', sessionId });
 */
export async function makeTokenSigner(privateJwk: JWK, issuer: string, clock: Clock): Promise<TokenSigner> {
  const key = await importJWK(privateJwk, 'ES256');
  const { d: _private, ...publicJwk } = privateJwk;
  const jwks = { keys: [publicJwk] };
  const keySet = createLocalJWKSet(jwks);
  const verified = makeTokenCache<SessionIdentity>(clock);
  const notValid = (cause?: unknown): AppError =>
    new AppError('unauthenticated', 'the access token is not valid or has expired; sign in again', { cause });
  return {
    jwks,
    async sign({ userId, email, sessionId }) {
      const issuedAtS = Math.floor(clock.nowMs() / 1000);
      const expiresAtS = issuedAtS + ACCESS_TOKEN_SECONDS;
      const token = await new SignJWT({ email, session_id: sessionId, role: AUDIENCE })
        .setProtectedHeader({ alg: 'ES256', kid: privateJwk.kid!, typ: 'JWT' })
        .setSubject(userId)
        .setAudience(AUDIENCE)
        .setIssuer(issuer)
        .setIssuedAt(issuedAtS)
        .setExpirationTime(expiresAtS)
        .sign(key);
      return { token, expiresAtS };
    },
    async verify(token) {
      const known = verified.look(token);
      if (known.kind === 'good') return known.value;
      if (known.kind === 'over') throw notValid();
      try {
        const { payload } = await jwtVerify(token, keySet, {
          algorithms: ['ES256'],
          issuer,
          audience: AUDIENCE,
          requiredClaims: REQUIRED_CLAIMS,
          currentDate: new Date(clock.nowMs()),
        });
        const identity = identityOf(payload);
        verified.keep(token, identity);
        return identity;
      } catch (cause) {
        throw notValid(cause);
      }
    },
  };
}
