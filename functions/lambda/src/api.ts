import { makeApiHandler } from '@aion/runtime/cloud/api-function';

export const handler = makeApiHandler();
