import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type JsonWebKey } from 'node:crypto';

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

interface Forgery {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
}

/** Tokens that look like the server's own, each wrong in one way; and `good`, made in the same way, which is right. */
export function forgeTokens(
  key: JsonWebKey,
  issuer: string,
  userId: string,
  nowMs: number,
  sessionId = 's',
): Record<string, string> {
  const nowS = Math.floor(nowMs / 1000);
  const { kid } = key as { kid: string };
  const own = createPrivateKey({ key, format: 'jwk' });
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const head = (over: Forgery): string => part({ alg: 'ES256', kid, typ: 'JWT', ...over.header });
  const body = (over: Forgery): string =>
    part({
      iss: issuer,
      aud: 'authenticated',
      sub: userId,
      email: 'x@example.org',
      session_id: sessionId,
      role: 'authenticated',
      iat: nowS,
      exp: nowS + 600,
      ...over.claims,
    });
  const es256 = (over: Forgery = {}, with_ = own): string => {
    const text = `${head(over)}.${body(over)}`;
    const signature = sign('sha256', Buffer.from(text), { key: with_, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  };
  const hs256 = (secret: string): string => {
    const text = `${head({ header: { alg: 'HS256' } })}.${body({})}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const publicKey = createPublicKey(own);
  const { d: _private, ...publicJwk } = key;
  const good = es256();
  return {
    good,
    garbage: 'x',
    'three parts of garbage': 'x.y.z',
    'alg none': `${head({ header: { alg: 'none' } })}.${body({})}.`,
    'HS256 signed with the public key as PEM': hs256(publicKey.export({ format: 'pem', type: 'spki' }).toString()),
    'HS256 signed with the public key as JWK': hs256(JSON.stringify(publicJwk)),
    'another issuer': es256({ claims: { iss: 'someone-else' } }),
    'another audience': es256({ claims: { aud: 'service_role' } }),
    expired: es256({ claims: { exp: nowS - 1 } }),
    'no expiry': es256({ claims: { exp: undefined } }),
    'no session': es256({ claims: { session_id: undefined } }),
    'no time of issue': es256({ claims: { iat: undefined } }),
    'no subject': es256({ claims: { sub: undefined } }),
    'not valid yet': es256({ claims: { nbf: nowS + 600 } }),
    'unknown kid': es256({ header: { kid: 'unknown' } }),
    "a stranger's key under our kid": es256({}, stranger),
    "a stranger's key in the header": es256(
      { header: { kid: undefined, jwk: createPublicKey(stranger).export({ format: 'jwk' }) } },
      stranger,
    ),
    'changed claims': `${good.split('.')[0]}.${body({ claims: { sub: 'admin' } })}.${good.split('.')[2]}`,
  };
}
