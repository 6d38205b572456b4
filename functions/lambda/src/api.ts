import { handle } from 'hono/aws-lambda';
import { makeCloudApi } from '@aion/runtime/cloud/cloud-api';
import { cloudHost, lazyCloudCalls, memoise } from '@aion/runtime/cloud/functions';

const app = memoise(async () => {
  const host = await cloudHost();
  return makeCloudApi(host, lazyCloudCalls(host.environment));
});

export const handler = async (...call: Parameters<ReturnType<typeof handle>>): Promise<unknown> =>
  handle(await app())(...call);
