import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { makeCloudApi } from './cloud-api.ts';
import { cloudHost, lazyCloudCalls, memoise, traceFields } from './functions.ts';

/** How long a composed API is kept: what it learnt of the product at its start (its clock, whether it is simulated) may change. */
const COMPOSED_MS = 5 * 60_000;

/** The API as a function: composed for minutes, each request correlated by the id that its answer carries as x-request-id. */
export function makeApiHandler(): (event: LambdaEvent, context: LambdaContext) => Promise<unknown> {
  const compose = async () => {
    const host = await cloudHost();
    return { answer: handle(await makeCloudApi(host, lazyCloudCalls(host.environment))) };
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
    const { answer } = await composed();
    const response = await answer(event, context);
    if (correlationId !== undefined) response.headers = { ...response.headers, 'x-request-id': correlationId };
    return response;
  };
}
