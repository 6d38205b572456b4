import type { MiddlewareHandler } from 'hono';
import { capabilitiesOf, loadEntitlement, type Entitlement, type SessionIdentity } from '@aion/accounts';
import type { Capabilities } from '@aion/contracts';
import { AppError } from '@aion/core';
import type { ApiDeps } from './deps.ts';

/** Who calls and what they may: from the entitlement record, never from the token. */
export interface Caller extends Entitlement {
  readonly capabilities: Capabilities;
}

export interface ApiEnv {
  Variables: { caller: Caller; session: SessionIdentity; correlationId: string };
}

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
  const cache = new Map<string, Checked>();
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
    if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value!);
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
      c.set('caller', caller);
      await next();
    },
    forget: (session) => void cache.delete(keyOf(session)),
  };
}

/**
 * Admin routes answer others as if they did not exist. It stands before a route's validation, whose messages would
 * otherwise tell that the route is there.
 */
export const adminOnly: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (!c.get('caller').capabilities.admin) throw new AppError('not_found', `there is nothing at ${c.req.path}`);
  await next();
};
