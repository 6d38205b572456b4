import type { Context, MiddlewareHandler } from 'hono';
import { AppError, networkOf } from '@aion/core';
import type { ApiEnv } from './caller.ts';
import { newCorrelationId } from './correlation.ts';
import type { ApiDeps } from './deps.ts';
import { sendProblem, toProblem } from './problem.ts';
import type { RateLimits } from '@aion/jobs';
import { makeTokenBuckets, type Taken, type TokenBuckets } from './token-buckets.ts';

const KILL = '/v1/kill';
/** A monitor that restarts the process asks this: it is told that the process answers, whatever else its address asks. */
const LIVE = '/v1/health/live';
const MOST_NAMES = 50_000;

/** The headers of draft-ietf-httpapi-ratelimit-headers: what is left of which quota, and within how long it fills. */
function setHeaders(headers: Headers, policy: string, name: string, { left, fullMs }: Taken): void {
  headers.set('ratelimit-policy', policy);
  headers.set('ratelimit', `"${name}";r=${left};t=${Math.ceil(fullMs / 1000)}`);
}

export interface RateLimiters {
  readonly byAddress: MiddlewareHandler<ApiEnv>;
  readonly byCaller: MiddlewareHandler<ApiEnv>;
}

/**
 * Two limits before every route: one per address, and behind the check of the caller one per user. The kill switch has its own: an
 * admin must be able to turn it whatever else floods the product, from the same address or with their own token, so that its address
 * is charged only for those who may not. A host that serves more than the API puts `byAddress` before all of it.
 */
export function makeRateLimits(deps: ApiDeps): RateLimiters {
  const { limits, clock, clientAddress = () => 'unknown' } = deps;
  const make = (name: keyof RateLimits) => {
    const { perSecond, burst } = limits[name];
    const policy = `"${name}";q=${burst};w=${Math.ceil(burst / perSecond)}`;
    return { name, policy, buckets: makeTokenBuckets(limits[name], clock, MOST_NAMES) };
  };
  const [address, caller, kill] = [make('address'), make('caller'), make('kill')];

  const charge = (limit: { name: string; policy: string; buckets: TokenBuckets }, name: string) => {
    const taken = limit.buckets.take(name);
    if (!taken.allowed) deps.telemetry.count('rate_limited', 1, { limit: limit.name });
    return { taken, tell: (headers: Headers): void => setHeaders(headers, limit.policy, limit.name, taken) };
  };
  const refusal = (c: Context<ApiEnv>, { waitMs }: Taken): Response => {
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    const error = new AppError('rate_limited', `too many requests; ask again in ${seconds} s`);
    // Before all else that a host serves no request has an id yet.
    const correlationId = (c.get('correlationId') as string | undefined) ?? newCorrelationId(c);
    const response = sendProblem(c, toProblem(error, { path: c.req.path, correlationId }, deps.telemetry));
    response.headers.set('retry-after', String(seconds));
    response.headers.set('x-request-id', correlationId);
    response.headers.set('cache-control', 'private, no-store');
    return response;
  };

  return {
    async byAddress(c, next) {
      if (c.req.path === LIVE) return next();
      if (c.req.path === KILL) {
        await next();
        if (c.res.status !== 401 && c.res.status !== 403 && c.res.status !== 404) return;
        const { taken, tell } = charge(address, networkOf(clientAddress(c)));
        // What was refused is refused either way; the flood learns to wait.
        if (!taken.allowed) c.res = refusal(c, taken);
        tell(c.res.headers);
        return;
      }
      const { taken, tell } = charge(address, networkOf(clientAddress(c)));
      if (taken.allowed) await next();
      else c.res = refusal(c, taken);
      // What stands there already is of the caller, who is known better than their address.
      if (c.res.headers.get('ratelimit') === null) tell(c.res.headers);
    },
    async byCaller(c, next) {
      const { userId, capabilities } = c.get('caller');
      const { taken, tell } = charge(c.req.path === KILL && capabilities.admin ? kill : caller, userId);
      if (taken.allowed) await next();
      else c.res = refusal(c, taken);
      tell(c.res.headers);
    },
  };
}
