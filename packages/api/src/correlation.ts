import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from './caller.ts';

/** The function's own id of the invocation, which every line of its log has; elsewhere one that is made for the request. */
export function newCorrelationId(c: Context): string {
  const { lambdaContext } = (c.env ?? {}) as { lambdaContext?: { awsRequestId?: string } };
  return lambdaContext?.awsRequestId ?? crypto.randomUUID();
}

/** Gives each request an id, sent as `x-request-id`. What a client sends under that name is not believed. */
export const correlate: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const correlationId = newCorrelationId(c);
  c.set('correlationId', correlationId);
  await next();
  c.res.headers.set('x-request-id', correlationId);
};
