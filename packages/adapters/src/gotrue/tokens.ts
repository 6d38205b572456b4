import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT, type JWK } from 'jose';
import { AppError } from '@aion/core';

export const ACCESS_TOKEN_SECONDS = 3600;
const AUDIENCE = 'authenticated';
const CACHE_ENTRIES = 20_000;

export interface TokenIdentity {
  readonly userId: string;
  readonly email: string;
  readonly sessionId: string;
  readonly expiresAtS: number;
}

export interface TokenSigner {
  readonly jwks: { readonly keys: readonly JWK[] };
  sign(identity: { userId: string; email: string; sessionId: string }): Promise<{ token: string; expiresAtS: number }>;
  /** Throws AppError(unauthenticated) for a token that is forged, expired, of another issuer or audience, or signed otherwise than with ES256. */
  verify(token: string): Promise<TokenIdentity>;
}

/** A new ES256 key as a private JWK, to be kept as a secret. */
export function makeSigningKey(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...(privateKey.export({ format: 'jwk' }) as JWK), kid: randomUUID(), alg: 'ES256', use: 'sig' };
}

/** Signs and verifies access tokens locally. `nowS` is the wall clock: tokens of the frozen market expire too. */
export async function makeTokenSigner(privateJwk: JWK, issuer: string, nowS: () => number): Promise<TokenSigner> {
  const key = await importJWK(privateJwk, 'ES256');
  const { d: _private, ...publicJwk } = privateJwk;
  const jwks = { keys: [publicJwk] };
  const keySet = createLocalJWKSet(jwks);
  const verified = new Map<string, TokenIdentity>();
  return {
    jwks,
    async sign({ userId, email, sessionId }) {
      const issuedAtS = nowS();
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
      const cached = verified.get(token);
      if (cached !== undefined && cached.expiresAtS > nowS()) return cached;
      try {
        const { payload } = await jwtVerify(token, keySet, {
          algorithms: ['ES256'],
          issuer,
          audience: AUDIENCE,
          requiredClaims: ['sub', 'exp', 'session_id', 'email'],
          currentDate: new Date(nowS() * 1000),
        });
        const identity = {
          userId: payload.sub!,
          email: String(payload['email']),
          sessionId: String(payload['session_id']),
          expiresAtS: payload.exp!,
        };
        if (verified.size >= CACHE_ENTRIES) verified.delete(verified.keys().next().value!);
        verified.set(token, identity);
        return identity;
      } catch (cause) {
        throw new AppError('unauthenticated', 'the access token is not valid or has expired; sign in again', { cause });
      }
    },
  };
}
