import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import type { RateLimiters } from '@aion/api';
import { HSTS, hostNamesOf, misdirected, misdirectedProblem } from '@aion/contracts';
import { makeCloudApi } from './cloud-api.ts';
import { cloudHost, lazyCloudCalls, memoise, traceFields } from './functions.ts';

/** How long a composed API is kept: what it learnt of the product at its start (its clock, whether it is simulated) may change. */
const COMPOSED_MS = 5 * 60_000;

/** The API as a function: composed for minutes, each request correlated by the id that its answer carries as x-request-id. */
export function makeApiHandler(): (event: LambdaEvent, context: LambdaContext) => Promise<unknown> {
  let limits: RateLimiters | undefined;
  const compose = async () => {
    const host = await cloudHost();
    const made = await makeCloudApi(host, lazyCloudCalls(host.environment), limits);
    limits = made.limits;
    return { answer: handle(made.api) };
  };
  let composed = memoise(compose);
  let untilMs = Number.NEGATIVE_INFINITY;
  return async (event, context) => {
    const host = await cloudHost();
    const correlationId = context.awsRequestId;
    host.correlate({ ...traceFields(), correlationId });
    if (host.clock.monotonicMs() >= untilMs) {
      composed = memoise(compose);
      untilMs = host.clock.monotonicMs() + COMPOSED_MS;
    }
    const why = misdirectedEvent(event);
    if (why !== undefined) return refuseMisdirected(why, correlationId);
    const { answer } = await composed();
    const response = await answer(event, context);
    response.headers = { ...response.headers, 'strict-transport-security': HSTS };
    if (correlationId !== undefined) response.headers = { ...response.headers, 'x-request-id': correlationId };
    return response;
  };
}

/**
 * The gateway answers to its own names alone and says which one it was asked by; a request whose Host header says another was not
 * made for this API.
 */
export function misdirectedEvent(event: LambdaEvent): string | undefined {
  const context = event.requestContext as { readonly domainName?: string };
  const headers = new Map(Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const names = hostNamesOf([context.domainName ?? '']);
  const target = 'rawPath' in event ? event.rawPath : '/';
  return misdirected({ target, host: headers.get('host'), headerNames: [] }, { loopback: false, names }, false);
}

const refuseMisdirected = (detail: string, correlationId?: string) => ({
  statusCode: 421,
  headers: {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(correlationId !== undefined && { 'x-request-id': correlationId }),
  },
  body: JSON.stringify(misdirectedProblem(detail, correlationId)),
  isBase64Encoded: false,
});
