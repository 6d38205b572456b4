import type { Context, HonoRequest, MiddlewareHandler } from 'hono';
import {
  capabilitiesOf,
  loadEntitlement,
  loadView,
  viewedEntitlement,
  type Entitlement,
  type SessionIdentity,
} from '@aion/accounts';
import type { Capabilities, Me } from '@aion/contracts';
import { AppError, makeBoundedCache, toIso } from '@aion/core';
import type { Actor } from '@aion/jobs';
import type { ApiDeps } from './deps.ts';

/** Who calls and what they may: from the entitlement record, never from the token. */
export interface Caller extends Entitlement {
  readonly capabilities: Capabilities;
  /** The admin who looks as this member, where one does. */
  readonly viewing?: Me['viewing'];
}

export interface ApiEnv {
  Variables: { caller: Caller; session: SessionIdentity; correlationId: string };
}

/** Whoever calls, as use cases are told. */
export const actorOf = (c: Context<ApiEnv>): Actor => ({ kind: 'user', email: c.get('caller').email });

/** How long what was read of a session and its user counts: what ends or changes shows after it at the latest. */
const CHECKED_MS = 2000;
const MAX_CACHED = 50_000;

/** What is known of a session: whose it is, or that it has ended. */
type Checked = { readonly caller: Caller | null; readonly untilMs: number };

export interface Callers {
  readonly require: MiddlewareHandler<ApiEnv>;
  /** Reads the session afresh at its next request. */
  forget(session: SessionIdentity): void;
}

/**
 * Verifies the bearer token, that its session has not ended, and loads the caller's entitlement. What was read counts for two seconds
 * by a clock that is never set back; what cannot be read admits nobody.
 */
export function makeCallers(deps: ApiDeps): Callers {
  const cache = makeBoundedCache<string, Checked>(MAX_CACHED);
  const keyOf = ({ userId, sessionId }: SessionIdentity): string => `${userId} ${sessionId}`;

  async function check(session: SessionIdentity): Promise<Caller | null> {
    const { userId } = session;
    const entitlement =
      (await loadEntitlement(deps.items, userId, { eventual: true })) ?? (await deps.admitUser?.(session));
    if (entitlement === undefined) throw new AppError('forbidden', 'this account has no entitlement; ask the operator');
    if (!(await deps.sessionLives(session, entitlement))) return null;
    return { ...entitlement, capabilities: capabilitiesOf(entitlement.tier, entitlement.role) };
  }

  async function callerOf(session: SessionIdentity): Promise<Caller | null> {
    const key = keyOf(session);
    const held = cache.get(key);
    if (held !== undefined && held.untilMs > deps.clock.monotonicMs()) return held.caller;
    // From before the reading: an end that is written while it goes on must not count for longer.
    const untilMs = deps.clock.monotonicMs() + CHECKED_MS;
    const caller = await check(session).catch((cause: unknown) => {
      if (cause instanceof AppError) throw cause;
      throw new AppError('unavailable', 'your session cannot be checked just now; try again', {
        retryable: true,
        cause,
      });
    });
    cache.set(key, { caller, untilMs });
    return caller;
  }

  return {
    async require(c, next) {
      const header = c.req.header('authorization') ?? '';
      const token = /^Bearer +(\S+) *$/i.exec(header)?.[1];
      if (token === undefined)
        throw new AppError('unauthenticated', 'send an access token as "Authorization: Bearer …"');
      const session = await deps.verifyToken(token);
      const caller = await callerOf(session);
      if (caller === null) throw new AppError('unauthenticated', 'this session has ended; sign in again');
      c.set('session', session);
      const secret = c.req.header(VIEW_HEADER);
      c.set('caller', secret === undefined ? caller : await viewedBy(deps, c.req, secret, session, caller));
      await next();
    },
    forget: (session) => cache.delete(keyOf(session)),
  };
}

/** The view that a request is made in. The site puts it on; it is no right of its own without the admin's session. */
const VIEW_HEADER = 'x-aion-view';
/** What no view shows, and least of all does. */
const NEVER_IN_A_VIEW = /^\/v1\/(admin|kill|metrics)(\/|$)/;

/** The member that an admin looks as. It reads what the member may, never more than the admin may, and changes nothing. */
async function viewedBy(
  deps: ApiDeps,
  request: HonoRequest,
  secret: string,
  session: SessionIdentity,
  admin: Caller,
): Promise<Caller> {
  if (!admin.capabilities.admin) throw new AppError('forbidden', 'only an administrator looks as a member');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new AppError('forbidden', 'while you look as a member nothing can be changed; stop looking first');
  if (NEVER_IN_A_VIEW.test(request.path))
    throw new AppError('forbidden', 'while you look as a member the administration is closed; stop looking first');
  const view = await loadView(deps.items, deps.clock, secret, session);
  if (view === undefined) throw new AppError('forbidden', 'this view is over; stop looking, or begin another');
  const user = await viewedEntitlement(deps.items, view, admin);
  const viewing = { by: view.adminEmail, reason: view.reason, endsAt: toIso(view.untilMs) };
  return { ...user, capabilities: capabilitiesOf(user.tier, user.role), viewing };
}

/**
 * Admin routes answer others as if they did not exist. It stands before a route's validation, whose messages would
 * otherwise tell that the route is there.
 */
export const adminOnly: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (!c.get('caller').capabilities.admin) throw new AppError('not_found', `there is nothing at ${c.req.path}`);
  await next();
};
