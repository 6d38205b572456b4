import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { makeFrozenClock } from '@aion/core';
import { makeSupabaseVerifier } from './token-verifier.ts';

const NOW = Date.UTC(2026, 10, 21);
let server: Server | undefined;
afterEach(() => server?.close());

/** The project's key endpoint: what it answers is up to the test. */
async function serveKeys(answer: () => { status: number; body: unknown }): Promise<string> {
  server = createServer((request, response) => {
    const { status, body } = request.url === '/auth/v1/.well-known/jwks.json' ? answer() : { status: 404, body: {} };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

async function makeKey(): Promise<{
  jwk: JWK;
  sign: (
    claims?: Record<string, unknown>,
    over?: { issuer?: string; audience?: string; expiresS?: number },
  ) => (url: string) => Promise<string>;
}> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  return {
    jwk,
    sign:
      (claims = {}, over = {}) =>
      (url) =>
        new SignJWT({ email: 'a@example.org', role: 'authenticated', session_id: 'session-1', ...claims })
          .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
          .setSubject('user-1')
          .setAudience(over.audience ?? 'authenticated')
          .setIssuer(over.issuer ?? `${url}/auth/v1`)
          .setIssuedAt(NOW / 1000 - 10)
          .setExpirationTime(over.expiresS ?? NOW / 1000 + 600)
          .sign(privateKey),
  };
}

describe('the verifier of Supabase tokens', () => {
  it('names the user of a token that the project signed, and fetches the keys once', async () => {
    const key = await makeKey();
    let fetched = 0;
    const url = await serveKeys(() => {
      fetched++;
      return { status: 200, body: { keys: [key.jwk] } };
    });
    const verify = makeSupabaseVerifier(`${url}/`, makeFrozenClock(NOW));
    const token = await key.sign()(url);
    const identity = { userId: 'user-1', email: 'a@example.org', sessionId: 'session-1' };
    const times = { issuedAtS: NOW / 1000 - 10, expiresAtS: NOW / 1000 + 600 };
    for (let i = 0; i < 3; i++) expect(await verify(token)).toEqual({ ...identity, ...times });
    expect(fetched).toBe(1);
  });

  it('refuses forged, expired, foreign and unsigned tokens, also one that it had accepted before it expired', async () => {
    const [key, other] = [await makeKey(), await makeKey()];
    const url = await serveKeys(() => ({ status: 200, body: { keys: [key.jwk] } }));
    const clock = makeFrozenClock(NOW);
    const verify = makeSupabaseVerifier(url, clock);
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ sub: 'x', email: 'x', aud: 'authenticated', iss: `${url}/auth/v1`, exp: NOW / 1000 + 60 })).toString('base64url')}.`;
    const bad = [
      await other.sign()(url),
      await key.sign({}, { expiresS: NOW / 1000 - 1 })(url),
      await key.sign({}, { issuer: 'https://other.example/auth/v1' })(url),
      await key.sign({}, { audience: 'anon' })(url),
      unsigned,
      await key.sign({ session_id: undefined })(url),
      'nonsense',
    ];
    for (const token of bad) await expect(verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
    const good = await key.sign()(url);
    await verify(good);
    clock.advance(601_000);
    await expect(verify(good)).rejects.toMatchObject({ code: 'unauthenticated' });
    // A clock that is set back brings nothing to life again.
    clock.set(NOW);
    await expect(verify(good)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('keeps no verdict longer than its token had to live, also when the clock is set back', async () => {
    const [key, other] = [await makeKey(), await makeKey()];
    let keys = [key.jwk];
    const url = await serveKeys(() => ({ status: 200, body: { keys } }));
    const clock = makeFrozenClock(NOW);
    const verify = makeSupabaseVerifier(url, clock);
    const token = await key.sign()(url);
    await verify(token);
    // The project revokes what it signed by changing its keys; the token has not expired by the clock that was set back.
    keys = [other.jwk];
    clock.advance(599_000);
    clock.set(NOW);
    clock.advance(2000);
    await expect(verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('says unavailable, not unauthenticated, when the keys cannot be had', async () => {
    const key = await makeKey();
    const url = await serveKeys(() => ({ status: 503, body: {} }));
    await expect(makeSupabaseVerifier(url, makeFrozenClock(NOW))(await key.sign()(url))).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
    const gone = 'http://127.0.0.1:9';
    await expect(makeSupabaseVerifier(gone, makeFrozenClock(NOW))(await key.sign()(gone))).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});
