import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { AppError, isAppError, toIso, type Clock } from '@aion/core';
import { z } from 'zod';
import { ACCESS_TOKEN_SECONDS, type TokenSigner } from './tokens.ts';
import { Credentials, type User, type Users } from './users.ts';

export interface GoTrueOptions {
  readonly users: Users;
  readonly tokens: TokenSigner;
  readonly clock: Clock;
  /** Called once for each new user, before they are signed in. */
  readonly onUserCreated: (user: { id: string; email: string }) => Promise<void>;
  readonly sendMail: (mail: { to: string; subject: string; text: string }) => Promise<void>;
  /** Where mail links lead when the caller names no address. */
  readonly siteUrl: () => string;
  readonly signUpOpen: boolean;
}

const MAX_TRIES = 10;
const TRIES_WINDOW_MS = 60_000;
const MAX_TRACKED = 10_000;

/** The part of GoTrue's HTTP interface that supabase-js uses, so that it runs unmodified against one machine. */
export function makeGoTrueRoutes(options: GoTrueOptions): Hono {
  const { users, tokens, clock } = options;
  const app = new Hono();
  const throttle = makeThrottle(clock);
  app.use('*', bodyLimit({ maxSize: 16 * 1024 }));
  app.use('*', async (c, next) => {
    await next();
    // Answers hold tokens and mail addresses; only the public key may be kept.
    if (!c.req.path.endsWith('/jwks.json')) c.header('cache-control', 'no-store');
  });
  app.onError((error, c) => answerError(c, error));

  const sessionFor = async (user: User, sessionId: string, refreshToken: string): Promise<Record<string, unknown>> => {
    const { token, expiresAtS } = await tokens.sign({ userId: user.id, email: user.email, sessionId });
    return {
      access_token: token,
      token_type: 'bearer',
      expires_in: ACCESS_TOKEN_SECONDS,
      expires_at: expiresAtS,
      refresh_token: refreshToken,
      user: toUserBody(user),
    };
  };
  const signIn = async (user: User): Promise<Record<string, unknown>> => {
    const { sessionId, refreshToken } = await users.openSession(user);
    return sessionFor(user, sessionId, refreshToken);
  };
  const signedIn = async (c: Context): Promise<{ user: User; sessionId: string }> => {
    const header = c.req.header('authorization') ?? '';
    if (!header.startsWith('Bearer '))
      throw new AppError('unauthenticated', 'This endpoint requires a valid Bearer token');
    const identity = await tokens.verify(header.slice(7));
    const user = await users.loadUser(identity.userId);
    if (user === undefined || !(await users.sessionLives(identity.userId, identity.sessionId))) {
      throw new AppError('unauthenticated', 'Session from session_id claim in JWT does not exist');
    }
    return { user, sessionId: identity.sessionId };
  };

  /** The session that a mail link opens; undefined for a link that was used, has expired or never was. */
  const followLink = async (secret: string): Promise<Record<string, unknown> | undefined> => {
    try {
      return await signIn(await users.finishRecovery(secret));
    } catch (error) {
      if (isAppError(error, 'unauthenticated')) return undefined;
      throw error;
    }
  };

  app.get('/health', (c) => c.json({ name: 'GoTrue', version: 'aion-embedded', description: 'embedded identity' }));
  app.get('/settings', (c) =>
    c.json({
      external: { email: true },
      disable_signup: !options.signUpOpen,
      mailer_autoconfirm: true,
      phone_autoconfirm: false,
    }),
  );
  app.get('/.well-known/jwks.json', (c) => c.json(tokens.jwks));

  app.post('/signup', async (c) => {
    if (!options.signUpOpen) throw new AppError('forbidden', 'Signups not allowed for this instance');
    const { email, password } = parsed(Credentials, await c.req.json());
    throttle(`signup ${email}`);
    const user = await users.create(email, password);
    await options.onUserCreated({ id: user.id, email: user.email });
    return c.json(await signIn(user));
  });

  app.post('/token', async (c) => {
    const grant = c.req.query('grant_type');
    if (grant === 'password') {
      const { email, password } = parsed(Credentials.extend({ password: z.string().max(200) }), await c.req.json());
      throttle(`password ${email}`);
      return c.json(await signIn(await users.checkPassword(email, password)));
    }
    if (grant === 'refresh_token') {
      const { refresh_token: secret } = parsed(z.object({ refresh_token: z.string().max(200) }), await c.req.json());
      const { user, sessionId, refreshToken } = await users.rotate(secret);
      return c.json(await sessionFor(user, sessionId, refreshToken));
    }
    throw new AppError('bad_input', 'unsupported_grant_type: expected password or refresh_token');
  });

  app.get('/user', async (c) => c.json(toUserBody((await signedIn(c)).user)));
  app.put('/user', async (c) => {
    const { user, sessionId } = await signedIn(c);
    const { password } = parsed(z.object({ password: Credentials.shape.password }), await c.req.json());
    return c.json(toUserBody(await users.setPassword(user, password, sessionId)));
  });
  app.post('/logout', async (c) => {
    const { user, sessionId } = await signedIn(c);
    const scope = parsed(z.enum(['global', 'local', 'others']), c.req.query('scope') ?? 'global');
    if (scope === 'local') await users.endSession(user.id, sessionId);
    else await users.endSessions(user.id, scope === 'others' ? sessionId : undefined);
    return c.body(null, 204);
  });

  app.post('/recover', async (c) => {
    const { email } = parsed(z.object({ email: Credentials.shape.email }), await c.req.json());
    throttle(`recover ${email}`);
    const user = await users.findByEmail(email);
    // The same answer whether the address is known or not.
    if (user !== undefined) {
      const secret = await users.startRecovery(user);
      const link = `${options.siteUrl()}/auth/v1/verify?type=recovery&token=${secret}`;
      await options.sendMail({
        to: email,
        subject: 'Reset your password',
        text: `Follow this link within 30 minutes to choose a new password:\n${link}`,
      });
    }
    return c.json({});
  });
  app.post('/verify', async (c) => {
    const body = parsed(
      z.object({ type: z.literal('recovery'), token_hash: z.string().optional(), token: z.string().optional() }),
      await c.req.json(),
    );
    return c.json(await signIn(await users.finishRecovery(body.token_hash ?? body.token ?? '')));
  });
  app.get('/verify', async (c) => {
    const session = await followLink(c.req.query('token') ?? '');
    if (session === undefined) {
      const fragment = new URLSearchParams({
        error: 'access_denied',
        error_code: 'otp_expired',
        error_description: 'Email link is invalid or has expired',
      });
      return c.redirect(`${options.siteUrl()}/login#${fragment.toString()}`, 303);
    }
    const fragment = new URLSearchParams({
      access_token: String(session['access_token']),
      refresh_token: String(session['refresh_token']),
      expires_in: String(ACCESS_TOKEN_SECONDS),
      token_type: 'bearer',
      type: 'recovery',
    });
    // Only ever back to this site: an address from the caller could carry the session elsewhere.
    return c.redirect(`${options.siteUrl()}/login#${fragment.toString()}`, 303);
  });
  return app;
}

function toUserBody(user: User): Record<string, unknown> {
  return {
    id: user.id,
    aud: 'authenticated',
    role: 'authenticated',
    email: user.email,
    email_confirmed_at: toIso(user.createdMs),
    phone: '',
    confirmed_at: toIso(user.createdMs),
    last_sign_in_at: user.lastSignInMs === null ? null : toIso(user.lastSignInMs),
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: {},
    identities: [],
    created_at: toIso(user.createdMs),
    updated_at: toIso(user.updatedMs),
    is_anonymous: false,
  };
}

const STATUS: Partial<Record<AppError['code'], { status: 400 | 401 | 403 | 422 | 429; code: string }>> = {
  bad_input: { status: 400, code: 'validation_failed' },
  unauthenticated: { status: 400, code: 'invalid_credentials' },
  forbidden: { status: 403, code: 'signup_disabled' },
  conflict: { status: 422, code: 'user_already_exists' },
  rate_limited: { status: 429, code: 'over_request_rate_limit' },
};

function answerError(c: Context, error: unknown): Response {
  // What storage says is for the operator, whatever its code.
  if (error instanceof AppError && error.audience === 'caller') {
    const known = STATUS[error.code];
    if (known !== undefined) {
      // Elsewhere supabase-js sends its API key as the bearer, which says nothing of who calls.
      const bearer = error.code === 'unauthenticated' && /\/(user|logout)$/.test(c.req.path);
      return c.json(
        { code: bearer ? 401 : known.status, error_code: bearer ? 'bad_jwt' : known.code, msg: error.message },
        bearer ? 401 : known.status,
      );
    }
  }
  if (error instanceof SyntaxError)
    return c.json({ code: 400, error_code: 'bad_json', msg: 'Could not read the request body as JSON' }, 400);
  throw error;
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new AppError(
    'bad_input',
    result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
  );
}

/** Ten tries a minute per name; the oldest names are forgotten when too many are tracked. */
function makeThrottle(clock: Clock): (name: string) => void {
  const tries = new Map<string, number[]>();
  return (name) => {
    const now = clock.nowMs();
    const recent = (tries.get(name) ?? []).filter((at) => now - at < TRIES_WINDOW_MS);
    if (recent.length >= MAX_TRIES)
      throw new AppError('rate_limited', 'Request rate limit reached; try again in a minute', { retryable: true });
    if (tries.size >= MAX_TRACKED) tries.delete(tries.keys().next().value!);
    tries.set(name, [...recent, now]);
  };
}
