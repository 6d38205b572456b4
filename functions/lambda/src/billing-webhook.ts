import { makeWebhookHandler } from '@aion/runtime/cloud/billing-functions';

export const handler = makeWebhookHandler();
