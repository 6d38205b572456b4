import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { SIGN_OUT_SCOPES, AppError, toIso, type Clock } from '@aion/core';
import { z } from 'zod';
import { secretHash } from '../plumbing/secret.ts';
import { ACCESS_TOKEN_SECONDS, type TokenSigner } from './tokens.ts';
import type { Throttle } from './throttle.ts';
import { Credentials, RECOVERY_SECONDS, SIGN_UP_SECONDS, type User, type Users } from './users.ts';

export interface GoTrueOptions {
  readonly users: Users;
  readonly tokens: TokenSigner;
  readonly clock: Clock;
  /** Called once for each new user, when their address is confirmed and before they are signed in. */
  readonly onUserCreated: (user: { id: string; email: string }) => Promise<void>;
  readonly throttle: Throttle;
  /** The address of the person who asks, as far as it can be vouched for. */
  readonly addressOf: (c: Context) => string;
  /** `to` null: the same work, and no mail. */
  readonly sendMail: (mail: {
    to: string | null;
    subject: string;
    text: string;
    link?: { url: string; id: string; seconds: number };
  }) => Promise<void>;
  /** Called when a mail's link has been used, with the hash of its secret. */
  readonly onLinkUsed: (id: string) => Promise<void>;
  /** Where mail links lead: never to an address that the caller names. */
  readonly siteUrl: () => string;
  readonly signUpOpen: boolean;
}

const CONFIRM =
  'Follow this link within a day to confirm the address and to choose your password. If you did not ask for one, do nothing:';
const TAKEN =
  'Somebody asked for a new account for this address, which has one. If it was you, sign in, or ask for a new password on the page where you sign in.';

/** The part of GoTrue's HTTP interface that supabase-js uses, so that it runs unmodified against one machine. */
export function makeGoTrueRoutes(options: GoTrueOptions): Hono {
  const { users, tokens, throttle } = options;
  const app = new Hono();
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

  /** What a link from a mail opens. It leads to a page that redeems it by a press: who only looks at the mail uses nothing up. */
  const linkOf = (type: 'recovery' | 'signup', secret: string, seconds: number) => ({
    url: `${options.siteUrl()}/login/confirm?${new URLSearchParams({ token_hash: secret, type }).toString()}`,
    id: secretHash(secret),
    seconds,
  });
  const finish = async (type: 'recovery' | 'signup', secret: string): Promise<User> => {
    const user = type === 'recovery' ? await users.finishRecovery(secret) : await users.finishSignUp(secret);
    if (type === 'signup') await options.onUserCreated({ id: user.id, email: user.email });
    await options.onLinkUsed(secretHash(secret));
    return user;
  };
  /** The same work whether there is somebody to mail or not: no clock tells which addresses have an account. */
  const mailRecovery = async (user: User | undefined, text: string): Promise<void> => {
    const secret = await users.startRecovery(user);
    const link = linkOf('recovery', secret, RECOVERY_SECONDS);
    await options.sendMail({ to: user?.email ?? null, subject: 'Reset your password', text, link });
  };

  app.get('/health', (c) => c.json({ name: 'GoTrue', version: 'aion-embedded', description: 'embedded identity' }));
  app.get('/settings', (c) =>
    c.json({
      external: { email: true },
      disable_signup: !options.signUpOpen,
      mailer_autoconfirm: false,
      phone_autoconfirm: false,
    }),
  );
  app.get('/.well-known/jwks.json', (c) => c.json(tokens.jwks));

  app.post('/signup', async (c) => {
    if (!options.signUpOpen) throw new AppError('forbidden', 'Signups not allowed for this instance');
    // supabase-js sends a password, and a bad one is refused as GoTrue does; who follows the link sets the one that counts.
    const { email } = parsed(Credentials, await c.req.json());
    await throttle.begin('mail', options.addressOf(c), email);
    const { userId, secret, taken } = await users.startSignUp(email);
    // Only who reads the mails of the address learns whether it has an account: the answer and the work are the same.
    await options.sendMail(
      taken
        ? { to: email, subject: 'You have an account already', text: TAKEN }
        : {
            to: email,
            subject: 'Confirm your address',
            text: CONFIRM,
            link: linkOf('signup', secret, SIGN_UP_SECONDS),
          },
    );
    const at = toIso(options.clock.nowMs());
    return c.json({ ...userBody(userId, email, at, null), confirmation_sent_at: at });
  });

  app.post('/token', async (c) => {
    const grant = c.req.query('grant_type');
    if (grant === 'password') {
      const { email, password } = parsed(Credentials.extend({ password: z.string().max(200) }), await c.req.json());
      const attempt = await throttle.begin('password', options.addressOf(c), email);
      const user = await users.checkPassword(email, password);
      await attempt.succeeded();
      return c.json(await signIn(user));
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
    const scope = parsed(z.enum(SIGN_OUT_SCOPES), c.req.query('scope') ?? 'global');
    if (scope === 'local') await users.endSession(user.id, sessionId);
    else await users.endSessions(user.id, scope === 'others' ? sessionId : undefined);
    return c.body(null, 204);
  });

  app.post('/recover', async (c) => {
    const { email } = parsed(z.object({ email: Credentials.shape.email }), await c.req.json());
    await throttle.begin('mail', options.addressOf(c), email);
    const user = await users.findByEmail(email);
    // The same answer whether the address is known or not, and as late.
    await mailRecovery(user, 'Follow this link within 30 minutes to choose a new password:');
    return c.json({});
  });
  app.post('/verify', async (c) => {
    const { type, token_hash: secret } = parsed(
      z.object({ type: z.enum(['recovery', 'signup']), token_hash: z.string().max(200) }),
      await c.req.json(),
    );
    return c.json(await signIn(await finish(type, secret)));
  });
  return app;
}

const toUserBody = (user: User): Record<string, unknown> => ({
  ...userBody(user.id, user.email, toIso(user.createdMs), toIso(user.createdMs)),
  last_sign_in_at: user.lastSignInMs === null ? null : toIso(user.lastSignInMs),
  updated_at: toIso(user.updatedMs),
});

function userBody(id: string, email: string, createdAt: string, confirmedAt: string | null): Record<string, unknown> {
  return {
    id,
    aud: 'authenticated',
    role: 'authenticated',
    email,
    ...(confirmedAt === null ? {} : { email_confirmed_at: confirmedAt, confirmed_at: confirmedAt }),
    phone: '',
    last_sign_in_at: null,
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: {},
    identities: [],
    created_at: createdAt,
    updated_at: createdAt,
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
      const waitMs = error.context['waitMs'];
      if (typeof waitMs === 'number') c.header('retry-after', String(Math.ceil(waitMs / 1000)));
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
