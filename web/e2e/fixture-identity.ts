import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LOGINS } from './fixture-accounts.ts';
import { send } from './fixture-answers.ts';

const HOUR_SECONDS = 3600;
/** The part of the identity endpoint that the login pages use, in GoTrue's shapes. */
export function makeIdentity() {
  /** Sign-ups: email → password. */
  const signedUp = new Map<string, string>();
  /** Those that have not followed their mail’s link yet. */
  const waiting = new Map<string, string>();
  const used = new Set<string>();
  // Each session's own, as the site keeps what it renewed by it for a while, whichever test's it is.
  const newSession = (email: string) => session(email, `refresh-${email}#${randomUUID()}`);

  return function answerIdentity(request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): void {
    const path = url.pathname.replace('/auth/v1', '');
    const input = body.length === 0 ? {} : (JSON.parse(body.toString()) as Record<string, string>);
    const email = input['email'] ?? '';
    if (path === '/token' && url.searchParams.get('grant_type') === 'password') {
      const known = LOGINS.find((login) => login.email === email)?.password ?? signedUp.get(email);
      if (known !== undefined && known === input['password']) return send(response, 200, newSession(email));
      return refuse(response, 400, 'invalid_credentials', 'Invalid login credentials');
    }
    if (path === '/token') {
      const owner = /^refresh-(.+)#[\w-]+$/.exec(input['refresh_token'] ?? '')?.[1];
      if (owner === undefined) return refuse(response, 400, 'refresh_token_not_found', 'Invalid Refresh Token');
      return send(response, 200, newSession(owner));
    }
    if (path === '/signup') {
      // As GoTrue where addresses are confirmed: the same for an address that has an account.
      if (!LOGINS.some((login) => login.email === email)) waiting.set(email, input['password'] ?? '');
      return send(response, 200, user(email));
    }
    if (path === '/recover') return send(response, 200, {});
    if (path === '/verify') {
      // The secret of a link is its type and the address: `recovery:pro@aion.demo`.
      const [type, owner = ''] = (input['token_hash'] ?? '').split(':');
      const known = type === 'signup' ? waiting.has(owner) : LOGINS.some((login) => login.email === owner);
      if (type !== input['type'] || !known || used.has(input['token_hash']!))
        return refuse(response, 400, 'otp_expired', 'Email link is invalid or has expired');
      used.add(input['token_hash']!);
      const password = waiting.get(owner);
      if (password !== undefined) signedUp.set(owner, password);
      return send(response, 200, newSession(owner));
    }
    if (path === '/logout') {
      response.writeHead(204).end();
      return;
    }
    if (path === '/user') {
      const token = request.headers.authorization?.split('.')[1];
      if (token === undefined)
        return refuse(response, 401, 'no_authorization', 'This endpoint requires a Bearer token');
      return send(
        response,
        200,
        user((JSON.parse(Buffer.from(token, 'base64url').toString()) as { email: string }).email),
      );
    }
    return refuse(response, 404, 'not_found', 'not found');
  };
}

function session(email: string, refreshToken: string): Record<string, unknown> {
  const expiresAt = Math.floor(Date.now() / 1000) + HOUR_SECONDS;
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { sub: `user-${email}`, email, role: 'authenticated', aud: 'authenticated', exp: expiresAt };
  return {
    access_token: `${part({ alg: 'ES256', typ: 'JWT', kid: 'fixture' })}.${part(claims)}.${part('fixture')}`,
    token_type: 'bearer',
    expires_in: HOUR_SECONDS,
    expires_at: expiresAt,
    refresh_token: refreshToken,
    user: user(email),
  };
}

const user = (email: string): Record<string, unknown> => ({
  id: `user-${email}`,
  aud: 'authenticated',
  role: 'authenticated',
  email,
  app_metadata: { provider: 'email' },
  user_metadata: {},
  identities: [],
  created_at: '2026-01-01T00:00:00Z',
});

const refuse = (response: ServerResponse, status: number, code: string, msg: string): void =>
  send(response, status, { code: status, error_code: code, msg });
