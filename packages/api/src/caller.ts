import type { MiddlewareHandler } from 'hono';
import { capabilitiesOf, loadEntitlement, type Entitlement } from '@aion/accounts';
import type { Capabilities } from '@aion/contracts';
import { AppError } from '@aion/core';
import type { ApiDeps } from './deps.ts';

/** Who calls and what they may: from the entitlement record, never from the token. */
export interface Caller extends Entitlement {
  readonly capabilities: Capabilities;
}

export interface ApiEnv {
  Variables: { caller: Caller; correlationId: string };
}

const ENTITLEMENT_MS = 2000;
const MAX_CACHED = 50_000;

/** Verifies the bearer token and loads the caller's entitlement, cached for two seconds so that a change shows within five. */
export function requireCaller(deps: ApiDeps): MiddlewareHandler<ApiEnv> {
  const cache = new Map<string, { caller: Caller; untilMs: number }>();
  return async (c, next) => {
    const header = c.req.header('authorization') ?? '';
    const token = /^Bearer +(\S+) *$/i.exec(header)?.[1];
    if (token === undefined) throw new AppError('unauthenticated', 'send an access token as "Authorization: Bearer …"');
    const identity = await deps.verifyToken(token);
    const held = cache.get(identity.userId);
    let caller = held !== undefined && held.untilMs > deps.clock.nowMs() ? held.caller : undefined;
    if (caller === undefined) {
      const entitlement =
        (await loadEntitlement(deps.items, identity.userId, { eventual: true })) ?? (await deps.admitUser?.(identity));
      if (entitlement === undefined)
        throw new AppError('forbidden', 'this account has no entitlement; ask the operator');
      caller = { ...entitlement, capabilities: capabilitiesOf(entitlement.tier, entitlement.role) };
      if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value!);
      cache.set(identity.userId, { caller, untilMs: deps.clock.nowMs() + ENTITLEMENT_MS });
    }
    c.set('caller', caller);
    await next();
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
