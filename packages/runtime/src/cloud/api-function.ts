import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { makeCloudApi } from './cloud-api.ts';
import { cloudHost, lazyCloudCalls, memoise, traceFields } from './functions.ts';

/** The API as a function: composed once, each request correlated by the id that its answer carries as x-request-id. */
export function makeApiHandler(): (event: LambdaEvent, context: LambdaContext) => Promise<unknown> {
  const app = memoise(async () => {
    const host = await cloudHost();
    const api = await makeCloudApi(host, lazyCloudCalls(host.environment));
    return { host, answer: handle(api) };
  });
  return async (event, context) => {
    const { host, answer } = await app();
    const correlationId = context.awsRequestId;
    host.correlate({ ...traceFields(), correlationId });
    const response = await answer(event, context);
    if (correlationId !== undefined) response.headers = { ...response.headers, 'x-request-id': correlationId };
    return response;
  };
}
